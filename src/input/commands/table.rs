//! The rows. Each: identifier, name, footer rank (0: not in the footer) and word, when, words for the help.
//! `#[dangerous]` before a row marks what cannot simply be taken back.

use super::{Command, Need, When};
use crate::domain::gate::Right;
use crate::input::context::{
    ANYWHERE, ASKED, BARE, CLUSTERS, CONFIRM_WORD, CONSENT, CRONJOBS, DECK, DETAIL, EDITOR, FLEET, FLEET_SCREEN, FORM,
    GLOBAL, JOBS, LAYER, LOGINS, LOGS, NAMESPACES, PALETTE, PICKER, PLAN, PLAN_FORM, PROMPT, PROVISION, Places, RUN,
    RUNS, SCROLL, TABLES,
};

/// Tables with a filter, an order and marks.
const FILTERED: Places = TABLES.or(FLEET).or(RUNS);
const MARKED: When = When::at(TABLES.or(FLEET)).with(Need::Row);
const A_RUN: When = When::at(RUNS.or(RUN)).with(Need::Row);
const FORMS: Places = FORM.or(PLAN_FORM);
const ROWS: When = When::at(TABLES).with(Need::Row);
const LINES: When = When::at(LOGS).with(Need::Lines);
const SCROLLED: When = When::at(SCROLL);
const LISTED: When = When::at(SCROLL.or(PALETTE).or(CONFIRM_WORD));
const ANSWERED: When = When::at(PICKER.or(PROMPT));
const JOB: When = When::at(JOBS).with(Need::Row);
const JOB_TARGETS: When = When::at(JOBS).with(Need::Target);
const NAMESPACE: When = When::at(NAMESPACES).with(Need::Row);
const NAMESPACE_TARGETS: When = When::at(NAMESPACES).with(Need::Target);
const CRONJOB: When = When::at(CRONJOBS);
const HAS_PODS: When = When::at(NAMESPACES.or(JOBS).or(LOGS));
const HAS_LOGS: When = When::at(NAMESPACES.or(JOBS)).with(Need::Row);

macro_rules! commands {
    ($($(#[$mark:ident])? $id:ident $name:literal $rank:literal $short:literal $when:expr, $words:literal;)*) => {
        /// Every command of the program.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CommandId { $(#[doc = $words] $id,)* }

        pub(super) static COMMANDS: [Command; [$($name),*].len()] = [$(Command {
            id: CommandId::$id,
            name: $name,
            words: $words,
            short: $short,
            footer: $rank,
            dangerous: commands!(@mark $($mark)?),
            when: $when,
        },)*];
    };
    (@mark) => { false };
    (@mark dangerous) => { true };
}

commands! {
    Help            "app.help"               90 "help"      When::at(GLOBAL), "Show every key and command";
    Palette         "app.palette"            80 "command"   When::at(GLOBAL), "Find a command by a few letters of its name";
    ThemePicker     "app.theme"               0 "theme"     When::at(GLOBAL), "Choose another theme";
    MouseToggle     "app.mouse"               0 "mouse"     When::at(GLOBAL), "Give the mouse to the terminal, or take it back";
    Refresh         "app.refresh"             0 "refresh"   When::at(DECK), "Read the chosen cluster anew, now";
    Redraw          "app.redraw"              0 "redraw"    When::at(ANYWHERE), "Paint the whole screen again";
    Suspend         "app.suspend"             0 "suspend"   When::at(ANYWHERE), "Go to the shell; fg comes back";
    Quit            "app.quit"                0 "quit"      When::at(ANYWHERE), "Leave eksdeck";

    FocusClusters   "deck.clusters"           0 "clusters"  When::at(DECK), "Go to the clusters pane";
    FocusNamespaces "deck.namespaces"         0 "namespaces" When::at(DECK), "Go to the namespaces pane";
    FocusJobs       "deck.jobs"               0 "jobs"      When::at(DECK), "Go to the jobs pane";
    FocusLogs       "deck.logs"               0 "logs"      When::at(DECK), "Go to the logs pane";
    NextPane        "deck.next-pane"         85 "next pane" When::at(DECK), "Go to the next pane";
    PreviousPane    "deck.previous-pane"      0 "back"      When::at(DECK), "Go to the pane before";
    Zoom            "deck.zoom"              86 "zoom"      When::at(DECK), "Let the pane fill the screen, or put it back";
    HistoryBack     "deck.history-back"       0 "before"    When::at(DECK), "Go back to what was chosen before";
    HistoryForward  "deck.history-forward"    0 "after"     When::at(DECK), "Go forward again";
    LastView        "deck.last-view"          0 "last"      When::at(DECK), "Swap with what was chosen last";
    ClearFilter     "deck.clear-filter"      24 "unfilter"  When::at(DECK.or(FLEET).or(RUNS)).with(Need::Filter), "Show everything again";
    Back            "deck.back"               0 "back"      When::at(DECK), "Go back: undo the filter, the zoom, the choice";

    FleetOpen       "fleet.open"             87 "fleet"     When::at(TABLES.or(BARE)), "Show the fleet: health over time, and credentials";
    FleetClose      "fleet.close"            40 "deck"      When::at(FLEET_SCREEN), "Go back to the deck as it was";
    FleetNextPane   "fleet.next-pane"        85 "next pane" When::at(FLEET_SCREEN), "Go to the clusters, or to the credentials";
    FleetDetail     "fleet.detail"           10 "detail"    When::at(FLEET).with(Need::Row), "Describe the cluster: health, nodes, what AWS says of it";
    FleetDeck       "fleet.deck"             12 "its deck"  When::at(FLEET).with(Need::Row), "Open the cluster and go to it on the deck";
    FleetSync       "fleet.sync"             14 "sync"      When::at(FLEET).with(Need::Target), "Look at the cluster now, or at those that are marked";
    FleetCards      "fleet.cards"            18 "cards"     When::at(FLEET), "Show the clusters as cards, or as a table";
    FleetDiscover   "fleet.discover"         16 "discover"  When::at(FLEET_SCREEN), "Look for clusters at AWS now";
    FleetRegister   "fleet.register"         18 "register"  When::at(FLEET).with(Need::Writable), "Put a cluster into the registry";
    FleetEdit       "fleet.edit"             20 "edit"      When::at(FLEET).with(Need::Record).with(Need::Writable), "Change how the registered cluster is called and treated";
    FleetWay        "fleet.way"              21 "way in"    When::at(FLEET).with(Need::Ways), "Reach the cluster another way: kubeconfig, registry or IAM";
    #[dangerous]
    FleetRemove     "fleet.remove"           30 "remove"    When::at(FLEET).with(Need::Record).with(Need::Writable), "Take the cluster out of the registry";
    ProvisionOpen   "provision.open"         88 "Terraform" When::at(TABLES.or(BARE).or(FLEET_SCREEN)), "Show the clusters that Terraform makes";
    ProvisionClose  "provision.close"        40 "back"      When::at(PROVISION), "Go back: to the list, then to the deck";
    ProvisionNew    "provision.new"          14 "new"       When::at(RUNS), "Plan a new cluster";
    ProvisionRun    "provision.run"          10 "run"       When::at(RUNS).with(Need::Row), "Show the cluster's last run: phases, log, outputs, history";
    ProvisionPlan   "provision.plan"         12 "plan"      A_RUN, "Show the run's plan";
    ProvisionApprove "provision.approve"     11 "approve"   When::at(PROVISION).with(Need::Row).with(Need::Awaits), "Agree to the plan: it is applied, and nothing else";
    ProvisionTest   "provision.test"          0 "test"      When::at(RUNS), "Plan a cluster and change nothing";
    ProvisionUpdate "provision.update"       16 "update"    A_RUN, "Plan a change of the cluster";
    ProvisionDrift  "provision.drift"        18 "drift"     A_RUN, "Look at what is different from the state";
    #[dangerous]
    ProvisionDestroy "provision.destroy"     30 "destroy"   A_RUN, "Plan the end of the cluster";
    ProvisionCancel "provision.cancel"       20 "stop"      A_RUN.with(Need::GoesOn), "End the run: what runs saves its state and stops";
    ProvisionUnlock "provision.unlock"       22 "unlock"    A_RUN, "Free the state's lock that the run failed on";
    ProvisionPush   "provision.push"          0 "push state" A_RUN, "Write the state that the run could not write";
    ProvisionSooner "provision.sooner"        0 "sooner"    A_RUN, "Give the queued run a place before the others";
    ProvisionLater  "provision.later"         0 "later"     A_RUN, "Give the queued run a place behind the others";
    #[dangerous]
    ProvisionCleanup "provision.cleanup"      0 "clean up"  A_RUN, "Take the run's Jobs and files away";
    #[dangerous]
    ProvisionVolumes "provision.cleanup-volumes" 0 "volumes" A_RUN, "Take its cluster's volumes away too: plans, logs, state";
    ProvisionCopy   "provision.copy"         24 "copy"      When::at(RUN.or(PLAN)), "Copy what is selected: an address, a command, a line";
    RunNextTab      "provision.next-tab"     26 "tab"       When::at(RUN), "Go to the next part: log, errors, outputs, history";
    RunPreviousTab  "provision.previous-tab"  0 "tab"       When::at(RUN), "Go to the part before";
    RunPhase        "provision.phase"        28 "phase"     When::at(RUN), "Show the log of the plan, or of the apply";
    RunRaw          "provision.raw"          32 "raw"       When::at(RUN), "Show the lines as Terraform wrote them, or in words";
    RunFollow       "provision.follow"       34 "follow"    When::at(RUN), "Follow the newest line, or stay";
    RunWrap         "provision.wrap"          0 "wrap"      When::at(RUN), "Wrap long lines, or cut them";
    RunEnter        "provision.enter"         0 "open"      When::at(RUN), "Open the run of the history that is selected";
    PlanToggle      "provision.toggle"       10 "unfold"    When::at(PLAN), "Unfold what is selected, or fold it";
    PlanUnfoldAll   "provision.unfold-all"   16 "all"       When::at(PLAN), "Unfold everything";
    PlanFoldAll     "provision.fold-all"      0 "none"      When::at(PLAN), "Fold everything";
    PlanOnly        "provision.only"         14 "kind"      When::at(PLAN), "Show one kind of change, then the next";
    PlanFilter      "provision.filter"       18 "filter"    When::at(PLAN.or(RUN)), "Show only what has the words that you type";
    PlanFind        "provision.find"         20 "find"      When::at(PLAN.or(RUN)), "Search without hiding anything";
    PlanNext        "provision.next"          0 "next"      When::at(PLAN.or(RUN)), "Go to the next place found";
    PlanPrevious    "provision.previous"      0 "before"    When::at(PLAN.or(RUN)), "Go to the place found before";
    PlanDestroyed   "provision.destroyed"    22 "destroyed" When::at(PLAN), "Go to the next change that destroys something";
    FormText        "provision.form-text"    14 "as text"   When::at(PLAN_FORM), "Show the variables as text, and take the text back";
    FormFold        "provision.form-fold"    16 "defaults"  When::at(PLAN_FORM), "Show the variables that keep their defaults, or hide them";
    FormPick        "provision.form-pick"    15 "pick"      When::at(PLAN_FORM), "Pick the VPC or its subnets from what the account has";
    FormClose       "provision.form-close"   18 "close"     When::at(PLAN_FORM), "Leave the form; what is filled in is kept";

    LoginAgain      "login.again"            10 "try again" When::at(LOGINS).with(Need::Row), "Try the login again: what waits for it comes back";
    LoginCode       "login.code"             12 "MFA code"  When::at(LOGINS).with(Need::Row), "Enter the code of the MFA device";
    LoginCopy       "login.copy"             14 "copy"      When::at(LOGINS).with(Need::Row), "Copy the command that mends it";

    Up              "move.up"                 0 "up"        LISTED, "Go up a row";
    Down            "move.down"               0 "down"      LISTED, "Go down a row";
    PageUp          "move.page-up"            0 "page up"   LISTED, "Go up a page";
    PageDown        "move.page-down"          0 "page down" LISTED, "Go down a page";
    HalfPageUp      "move.half-page-up"       0 "half up"   SCROLLED, "Go up half a page";
    HalfPageDown    "move.half-page-down"     0 "half down" SCROLLED, "Go down half a page";
    Top             "move.top"                0 "top"       SCROLLED, "Go to the first row";
    Bottom          "move.bottom"             0 "bottom"    SCROLLED, "Go to the last row";
    Left            "move.left"               0 "left"      SCROLLED, "Show what is further left";
    Right           "move.right"              0 "right"     SCROLLED, "Show what is further right";

    Drill           "row.drill"              10 "open"      ROWS, "Go into the row: its namespaces, Jobs or logs";
    Logs            "row.logs"               12 "logs"      HAS_LOGS, "Read the logs of the row";
    PickPod         "row.pods"                0 "pods"      HAS_PODS, "Choose one of its pods and read that one's log";
    LogsPrevious    "row.logs-previous"       0 "previous"  HAS_LOGS, "Read the logs of the run before the last restart";
    Detail          "row.detail"             14 "detail"    When::at(TABLES.or(DETAIL)).with(Need::Row), "Describe the row: conditions, pods, events";
    Yaml            "row.yaml"               16 "yaml"      When::at(TABLES.or(DETAIL)).with(Need::Row), "Show the row's manifest";
    Events          "row.events"              0 "events"    When::at(TABLES.or(DETAIL)).with(Need::Row), "Show the events of the row";
    OwnerJump       "row.owner"               0 "owner"     ROWS.with(Need::Owner), "Go to what owns the row";
    CopyName        "row.copy-name"           0 "copy"      ROWS, "Copy the row's name";
    Mark            "row.mark"                0 "mark"      MARKED, "Mark the row, or take its mark away";
    MarkRange       "row.mark-range"          0 "range"     MARKED, "Mark the rows from the last mark to here";
    ClearMarks      "row.clear-marks"        28 "unmark"    When::at(TABLES.or(FLEET)).with(Need::Marks), "Take all marks away";

    Filter          "table.filter"           20 "filter"    When::at(FILTERED), "Show only the rows that match what you type";
    FaultsOnly      "table.faults"           22 "faults"    When::at(FILTERED), "Show only the rows that are not well, or all";
    SortByName      "table.sort-name"         0 "by name"   When::at(FILTERED), "Sort by name; again turns the order round";
    SortByAge       "table.sort-age"          0 "by age"    When::at(TABLES), "Sort by age; again turns the order round";
    SortByStatus    "table.sort-status"       0 "by status" When::at(FILTERED), "Sort by status; again turns the order round";
    SortByNamespace "table.sort-namespace"    0 "by namespace" When::at(TABLES), "Sort by namespace; again turns the order round";
    ColumnNext      "table.column-next"       0 "column"    When::at(FILTERED), "Pick the next column";
    ColumnPrevious  "table.column-previous"   0 "column"    When::at(FILTERED), "Pick the column before";
    SortByColumn    "table.sort-column"       0 "sort"      When::at(FILTERED), "Sort by the picked column";
    SortReverse     "table.sort-reverse"      0 "reverse"   When::at(FILTERED), "Turn the order round";
    WideColumns     "table.wide"              0 "wide"      When::at(FILTERED), "Show more columns, or fewer";

    JobNew          "job.new"                15 "new job"   When::at(JOBS).with(Need::ClusterOpen).may(Right::CreateJobs), "Make a Job, a CronJob or a pod from a template";
    NewEmptyJob     "job.new-empty"           0 "new"       When::at(TABLES).with(Need::ClusterOpen).may(Right::CreateJobs), "Write a manifest on an empty page";
    JobFromFile     "job.from-file"           0 "file"      When::at(TABLES).with(Need::ClusterOpen).may(Right::CreateJobs), "Open manifests of a file in the editor";
    #[dangerous]
    JobDelete       "job.delete"             30 "delete"    JOB_TARGETS.may(Right::DeleteJobs), "Delete the Job, or those that are marked";
    JobSuspend      "job.suspend"            32 "suspend"   JOB_TARGETS.may(Right::PatchJobs), "Suspend the Job, or those that are marked: their pods end";
    JobResume       "job.resume"              0 "resume"    JOB_TARGETS.may(Right::PatchJobs), "Let suspended Jobs go on";
    JobEdit         "job.edit"               33 "edit"      JOB.may(Right::PatchJobs), "Change the Job's manifest";
    JobClone        "job.clone"              31 "clone"     JOB.may(Right::CreateJobs), "Write a new Job like this one";
    JobRerun        "job.rerun"              29 "re-run"    JOB_TARGETS.may(Right::CreateJobs), "Run the Job again: a new Job like it";
    CronJobs        "job.cronjobs"           34 "CronJobs"  When::at(NAMESPACES.or(JOBS)), "Show the CronJobs: run one now, suspend, resume";

    NamespaceNew    "ns.new"                 15 "new"       When::at(NAMESPACES).with(Need::ClusterOpen).may(Right::CreateNamespaces), "Make a namespace, with labels and limits";
    NamespaceLabels "ns.labels"              17 "labels"    NAMESPACE.with(Need::ClusterOpen).may(Right::PatchNamespaces), "Change the namespace's labels";
    #[dangerous]
    NamespaceDelete "ns.delete"              30 "delete"    NAMESPACE_TARGETS.may(Right::DeleteNamespaces), "Delete the namespace with everything in it";

    NamespaceEdit   "ns.edit"                 0 "edit"      NAMESPACE.may(Right::PatchNamespaces), "Change the namespace's manifest";

    CronJobTrigger  "cronjob.trigger"        10 "run now"   CRONJOB.may(Right::CreateJobs), "Run the CronJob now: a new Job from it";
    CronJobSuspend  "cronjob.suspend"        12 "suspend"   CRONJOB.may(Right::PatchCronJobs), "Suspend the CronJob: it starts no more Jobs";
    CronJobResume   "cronjob.resume"         14 "resume"    CRONJOB.may(Right::PatchCronJobs), "Let the CronJob start Jobs again";
    CronJobEdit     "cronjob.edit"           17 "edit"      CRONJOB.may(Right::PatchCronJobs), "Change the CronJob's manifest";
    #[dangerous]
    CronJobDelete   "cronjob.delete"         20 "delete"    CRONJOB.may(Right::DeleteCronJobs), "Delete the CronJob and its Jobs";
    CronJobDetail   "cronjob.detail"         16 "detail"    CRONJOB, "Describe the CronJob";
    CronJobMark     "cronjob.mark"           18 "mark"      CRONJOB, "Mark the CronJob, or take its mark away";

    OpenCluster     "clusters.open"           8 "open"      When::at(CLUSTERS).with(Need::Row).with(Need::ClusterClosed), "Open the cluster";
    RetryCluster    "clusters.retry"         18 "retry"     When::at(CLUSTERS).with(Need::Row).with(Need::ClusterOpen), "Try the cluster again now";
    CloseCluster    "clusters.close"         26 "close"     When::at(CLUSTERS).with(Need::Row).with(Need::ClusterOpen), "Close the cluster's connections";

    Autoscroll      "logs.autoscroll"        10 "follow"    When::at(LOGS), "Follow the newest line, or stay";
    PauseLogs       "logs.pause"             12 "pause"     When::at(LOGS), "Hold the screen still while lines are still read";
    WrapLines       "logs.wrap"              14 "wrap"      When::at(LOGS), "Wrap long lines, or cut them";
    Timestamps      "logs.timestamps"        16 "times"     When::at(LOGS), "Show when each line was written";
    FullScreen      "logs.full-screen"       30 "full"      When::at(LOGS), "Let the log fill the screen, or put it back";
    Include         "logs.include"           20 "filter"    When::at(LOGS), "Show only the lines that match what you type";
    Exclude         "logs.exclude"           22 "exclude"   When::at(LOGS), "Hide the lines that match what you type";
    ContextLines    "logs.context"            0 "around"    When::at(LOGS), "Show no, 2, 5 or 10 lines around each match";
    NextError       "logs.next-error"        18 "error"     LINES, "Go to the next error";
    PreviousError   "logs.previous-error"     0 "error"     LINES, "Go to the error before";
    UnfoldJson      "logs.unfold"            32 "unfold"    LINES, "Unfold JSON lines, or fold them";
    MarkLine        "logs.mark"               0 "mark"      When::at(LOGS), "Draw a line under the newest line";
    ClearLog        "logs.clear"              0 "clear"     LINES, "Empty the log pane; what comes next is shown";
    SaveLog         "logs.save"              34 "save"      LINES, "Save the log to a file";
    CopyLog         "logs.copy"               0 "copy"      LINES, "Copy the line under the cursor";
    PreviousRun     "logs.previous-run"       0 "previous"  When::at(LOGS), "Read the run before the last restart, or this one";
    SinceTail       "logs.tail"               0 "tail"      When::at(LOGS), "Read the last lines and follow";
    SinceHead       "logs.head"               0 "head"      When::at(LOGS), "Read from the beginning";
    Since1m         "logs.since-1m"           0 "1m"        When::at(LOGS), "Read the last minute";
    Since5m         "logs.since-5m"           0 "5m"        When::at(LOGS), "Read the last 5 minutes";
    Since15m        "logs.since-15m"          0 "15m"       When::at(LOGS), "Read the last 15 minutes";
    Since30m        "logs.since-30m"          0 "30m"       When::at(LOGS), "Read the last 30 minutes";
    Since1h         "logs.since-1h"           0 "1h"        When::at(LOGS), "Read the last hour";

    SearchLog       "search.open"            28 "find"      LINES, "Search the log without hiding lines";
    SearchNext      "search.next"            24 "next"      When::at(LOGS).with(Need::Search), "Go to the next match";
    SearchPrevious  "search.previous"         0 "before"    When::at(LOGS).with(Need::Search), "Go to the match before";

    NextSection     "detail.next-section"    20 "section"   When::at(DETAIL), "Go to the next section";
    PreviousSection "detail.previous-section" 0 "section"   When::at(DETAIL), "Go to the section before";
    FindInDetail    "detail.find"            18 "find"      When::at(DETAIL), "Search what is described";
    FindNext        "detail.find-next"        0 "next"      When::at(DETAIL), "Go to the next place found";
    FindPrevious    "detail.find-previous"    0 "before"    When::at(DETAIL), "Go to the place found before";
    CopyDetail      "detail.copy"            22 "copy"      When::at(DETAIL), "Copy what the section shows";
    WrapDetail      "detail.wrap"            24 "wrap"      When::at(DETAIL), "Wrap long lines, or cut them";

    AccessGrant     "access.grant"           20 "grant"     When::at(DETAIL).with(Need::Eks).with(Need::Writable), "Let an IAM user or role into the EKS cluster";
    AccessScope     "access.scope"           22 "scope"     When::at(DETAIL).with(Need::Eks).with(Need::Writable), "Change where an access policy holds";
    #[dangerous]
    AccessRevoke    "access.revoke"          24 "revoke"    When::at(DETAIL).with(Need::Eks).with(Need::Writable), "Take a policy or the whole access entry away";

    FormEnter       "form.enter"             10 "next"      When::at(FORMS), "Go to the next field; on the last one take the form";
    FormAccept      "form.accept"            11 "accept"    When::at(FORMS), "Take the form as it is filled in";
    FormEdit        "form.edit"              12 "as YAML"   When::at(FORM).with(Need::Manifest), "Take the form into the editor, as YAML";
    FormNext        "form.next"               0 "next"      When::at(FORMS), "Go to the next field";
    FormPrevious    "form.previous"           0 "before"    When::at(FORMS), "Go to the field before";
    DraftDiscard    "editor.draft-discard"   20 "throw away" When::at(PICKER).with(Need::Drafts), "Throw a text that was not submitted away";
    Drafts          "editor.drafts"           0 "drafts"    When::at(DECK), "Go on with a text that was not submitted";
    EditorApply     "editor.apply"           10 "apply"     When::at(EDITOR), "Submit the text: every document in order";
    EditorDryRun    "editor.dry-run"         12 "dry run"   When::at(EDITOR), "Let the server check the text and change nothing";
    EditorExternal  "editor.external"        14 "$EDITOR"   When::at(EDITOR), "Go on in $VISUAL or $EDITOR and take the text back";
    EditorComplete  "editor.complete"        16 "complete"  When::at(EDITOR), "Show what can stand at the cursor; again goes down";
    EditorClose     "editor.close"           18 "close"     When::at(EDITOR), "Close what is open, then the editor; the draft is kept";
    EditorFind      "editor.find"            22 "find"      When::at(EDITOR), "Search the text";
    EditorFindNext  "editor.find-next"        0 "next"      When::at(EDITOR), "Go to the next place found";
    EditorFindPrevious "editor.find-previous" 0 "before"    When::at(EDITOR), "Go to the place found before";
    NextProblem     "editor.next-problem"    20 "problem"   When::at(EDITOR), "Go to the next problem";
    PreviousProblem "editor.previous-problem" 0 "problem"   When::at(EDITOR), "Go to the problem before";
    EditorIndent    "editor.indent"           0 "indent"    When::at(EDITOR), "Indent the line or what is selected";
    EditorDedent    "editor.dedent"           0 "dedent"    When::at(EDITOR), "Take indentation from the line or what is selected";
    EditorUndo      "editor.undo"            24 "undo"      When::at(EDITOR), "Undo the last change";
    EditorRedo      "editor.redo"             0 "redo"      When::at(EDITOR), "Do what was undone again";
    TakeTheirs      "editor.take-theirs"      4 "theirs"    When::at(EDITOR).with(Need::Conflict), "Take somebody else's version in place of this text";
    KeepMine        "editor.keep-mine"        6 "mine"      When::at(EDITOR).with(Need::Conflict), "Keep this text on top of somebody else's version";

    #[dangerous]
    Agree           "layer.agree"            10 "run it"    When::at(CONSENT), "Let the kubeconfig's program run, now and later";
    Accept          "layer.accept"           12 "accept"    ANSWERED, "Take what is chosen or typed";
    #[dangerous]
    Confirm         "layer.confirm"          10 "yes"       When::at(ASKED), "Do what the question asks";
    Propagation     "layer.propagation"       0 "otherwise" When::at(ASKED), "Answer otherwise: what becomes of pods, or whether a copy stays";
    Cancel          "layer.cancel"           14 "close"     When::at(LAYER), "Close the layer and change nothing";
}

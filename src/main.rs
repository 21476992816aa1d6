//! The program: arguments in, an exit code out.

use std::process::ExitCode;

use eksdeck::app::terminal;
use eksdeck::cli;

fn main() -> ExitCode {
    cli::hardening::no_core_dumps();
    if let Err(error) = install_hooks() {
        eprintln!("eksdeck: {error}");
        return ExitCode::from(cli::exit::FAILED);
    }
    match cli::arguments().and_then(cli::run) {
        Ok(code) => code,
        Err(failure) => {
            terminal::leave();
            eprintln!("eksdeck: {failure}");
            ExitCode::from(failure.code)
        }
    }
}

/// A panic gives the terminal back before it is told.
fn install_hooks() -> color_eyre::Result<()> {
    let (panic_hook, error_hook) = color_eyre::config::HookBuilder::default().display_env_section(false).into_hooks();
    error_hook.install()?;
    std::panic::set_hook(Box::new(move |panic| {
        terminal::leave();
        eprintln!("{}", panic_hook.panic_report(panic));
    }));
    Ok(())
}

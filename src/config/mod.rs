//! Files, paths and the environment: the only folder that reads settings from disk.

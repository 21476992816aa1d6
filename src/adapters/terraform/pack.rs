//! A module as the worker takes it: tar.gz in base64. The same files give the same bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};

use super::module::{Module, ModuleError};
use crate::domain::provision::manifests::MODULE_BYTES;

impl Module {
    /// # Errors
    /// It is bigger than a ConfigMap can hold.
    pub fn pack(&self) -> Result<String, ModuleError> {
        let bytes = self.tar_gz().map_err(|error| ModuleError::NotPacked { name: self.name.clone(), error })?;
        if bytes.len() > MODULE_BYTES {
            let (kib, most_kib) = (bytes.len().div_ceil(1024), MODULE_BYTES / 1024);
            return Err(ModuleError::TooBig { name: self.name.clone(), kib, most_kib });
        }
        Ok(STANDARD.encode(bytes))
    }

    fn tar_gz(&self) -> std::io::Result<Vec<u8>> {
        let gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        let mut archive = tar::Builder::new(gzip);
        for (path, bytes) in &self.files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_mtime(0);
            archive.append_data(&mut header, path, bytes.as_slice())?;
        }
        archive.into_inner()?.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(bytes: Vec<u8>) -> Module {
        Module { name: "own".to_owned(), files: vec![("main.tf".to_owned(), bytes)] }
    }

    #[test]
    fn a_module_is_packed_the_same_way_every_time_and_can_be_unpacked() {
        let packed = module(b"locals {}".to_vec()).pack().unwrap();
        assert_eq!(packed, module(b"locals {}".to_vec()).pack().unwrap());
        let bytes = STANDARD.decode(packed).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
        let names: Vec<_> =
            archive.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().into_owned()).collect();
        assert_eq!(names, [std::path::PathBuf::from("main.tf")]);
    }

    #[test]
    fn a_module_that_no_config_map_holds_is_refused_in_words() {
        // What does not compress: a generator of numbers (Numerical Recipes).
        let mut seed = 1_u32;
        let noise = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        });
        let error = module(noise.take(2 << 20).collect()).pack().unwrap_err().to_string();
        assert!(error.starts_with("module own: packed it has 20"), "{error}");
        assert!(error.contains("takes 960"), "{error}");
    }
}

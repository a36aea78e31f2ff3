use super::needs::Needs;

/// The templates that a page needs and does not have.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    /// Members of a JSON object, with a comma after each.
    pub(crate) members: Vec<u8>,
    /// The parts of the script that these templates need.
    pub(crate) needs: Needs,
}

impl Definitions {
    pub(crate) fn clear(&mut self) {
        self.members.clear();
        self.needs = Needs::default();
    }
}

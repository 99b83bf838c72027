/// A problem of the text itself, before any setting is looked at.
struct SourceFault: Error {
  let rule: ConfigurationRule
  let origin: SourceOrigin
  let path: String
  let message: String
  let found: String
  let allowed: String
  let remedy: String
}

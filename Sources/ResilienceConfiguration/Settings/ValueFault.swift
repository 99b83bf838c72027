/// Why a text is no value of a kind.
struct ValueFault: Error {
  let rule: ConfigurationRule
  let message: String
  let remedy: String

  init(_ rule: ConfigurationRule, _ message: String, remedy: String) {
    self.rule = rule
    self.message = message
    self.remedy = remedy
  }
}

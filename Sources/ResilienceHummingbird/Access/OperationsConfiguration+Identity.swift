extension OperationsConfiguration {
  /// Whose token it is; every operator is compared, so that the time does not tell which one was close.
  func identity(ofToken token: String) -> Identity? {
    var found: Identity?
    for each in self.operators where SecretText.matches(token, each.token) {
      found = Identity(name: each.name, role: each.role)
    }
    return found
  }
}

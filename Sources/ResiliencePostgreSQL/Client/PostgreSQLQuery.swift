/// A statement with its parameters.
struct PostgreSQLQuery: Sendable {
  let sql: String
  let parameters: [PostgreSQLValue]

  init(_ sql: String, _ parameters: [PostgreSQLValue] = []) {
    self.sql = sql
    self.parameters = parameters
  }

  var size: Int { self.parameters.reduce(0) { $0 + $1.size } }
}

/// What the test server does with one request.
enum Behaviour: Sendable {
  /// Answers.
  case respond(_ status: Int, _ fields: [(String, String)] = [], _ body: String = "")
  /// Resets the connection as soon as the request has arrived.
  case reset
  /// Closes the connection cleanly as soon as the request has arrived.
  case close
  /// Announces a longer body, sends a part of it, and resets the connection.
  case resetMidBody
  /// Sends the head and a part of the body, then nothing more until it is released.
  case stallMidBody
  /// Says nothing until it is released; then answers 200.
  case hold
  /// Sends something that is not HTTP.
  case garbage
  /// Sends head and parts for ever, as fast as they are taken.
  case endlessBody
}

/// A request as the server saw it.
struct SeenRequest: Sendable {
  var method: String
  var path: String
  var fields: [(name: String, value: String)]
  var body: String = ""
  /// The connection it came on, from 1.
  var connection: Int

  subscript(_ name: String) -> String? {
    self.fields.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

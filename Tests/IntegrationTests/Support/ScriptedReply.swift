/// What a scripted upstream does with a request.
indirect enum ScriptedReply: Sendable {
  /// A whole answer.
  case answer(Int, [(String, String)], String)
  /// The same later.
  case after(Duration, ScriptedReply)
  /// Takes the request and never answers.
  case hang
  /// Resets the connection.
  case reset
  /// These bytes, then the connection ends.
  case raw(String)
  /// A 200 with so many bytes, as fast as they are taken.
  case large(bytes: Int)
  /// A head with this length, some bytes, then nothing more for ever.
  case stalledBody(length: Int, sent: String)

  /// A 200 with a text.
  static func ok(_ body: String, _ fields: [(String, String)] = []) -> ScriptedReply { .answer(200, fields, body) }
}

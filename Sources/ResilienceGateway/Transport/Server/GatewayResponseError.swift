/// Why a part of an answer could not be written.
public enum GatewayResponseError: Error, Equatable, CustomStringConvertible {
  /// The client went away, or the connection was closed for another reason; nobody will read the answer.
  case connectionClosed
  /// The client did not take the answer in time; to be given up.
  case clientTooSlow
  /// The answer's head was written before; it can be written once.
  case headWasWritten
  /// A part, or the end, was written before the head.
  case headIsMissing
  /// The answer was finished before.
  case isFinished
  /// More bytes were written than `Content-Length` announced; the connection is closed, since the client cannot know.
  case tooManyBytes(announced: Int)
  /// Fewer bytes were written than `Content-Length` announced; the connection is closed, so that the client notices.
  case tooFewBytes(announced: Int)
  /// A field's name, its value or the status cannot be sent: a line break in it would become another field.
  case invalidHead(field: String)

  /// What happened, and what the caller can do about it.
  public var description: String {
    switch self {
    case .connectionClosed: "the client's connection is closed; stop answering"
    case .clientTooSlow: "the client did not take the response in time; stop answering"
    case .headWasWritten: "the response's head was written before; write it once"
    case .headIsMissing: "nothing can be written before the response's head; call writeHead first"
    case .isFinished: "the response is finished; write nothing after finish"
    case .tooManyBytes(let announced): "the response is longer than its Content-Length of \(announced)"
    case .tooFewBytes(let announced): "the response is shorter than its Content-Length of \(announced)"
    case .invalidHead(let field): "the response's \(field) holds a character that cannot be sent; leave it out"
    }
  }
}

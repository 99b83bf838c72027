internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import Resilience

extension DynamoDBError {
  /// Reads an answer that is none of the good ones.
  init(_ answer: DynamoDBTransport.Answer, server: String) {
    let document = try? JSONDecoder().decode(DynamoDBDocument.self, from: Data(answer.body))
    let name = document?["__type"]?.text.map { String($0.split(separator: "#").last ?? "") }
    let message = document?["message"]?.text ?? document?["Message"]?.text ?? ""
    let said = message.isEmpty ? "" : ": \(message.prefix(300).filter { $0 >= " " })"
    guard let name else {
      // Whoever stands in front may refuse in words of its own.
      if answer.status == 401 || answer.status == 403 {
        self.init(
          .forbidden, server: server, detail: "It refused with \(answer.status).", remedy: Self.remedy(.forbidden))
        return
      }
      self.init(
        answer.status >= 500 ? .server : .notDynamoDB, server: server,
        detail: "It answered \(answer.status) without an error that DynamoDB has.",
        remedy: "Check the endpoint: a proxy or another service may listen there.",
        // A proxy says so of a request that it has handed on, and that may be carried out behind it.
        transmission: answer.status >= 500 ? .unknown : .answered)
      return
    }
    let kind = Self.kind(of: name, answer.status, message)
    self.init(
      kind, server: server, detail: "It refused (\(name))\(said).", remedy: Self.remedy(kind),
      // What failed inside may have been carried out; everything else is a refusal.
      transmission: kind == .server ? .unknown : .answered, item: document?["Item"])
    self.name = name
  }

  /// Reads what the transport threw.
  init(_ error: any Error, server: String) {
    if let error = error as? DynamoDBError {
      self = error
      return
    }
    // Refusing is an answer to connecting.
    var neverSent = error is NIOConnectionError || (error as? IOError)?.errnoCode == ECONNREFUSED
    var isTimeout = false
    if let error = error as? HTTPClientError {
      neverSent = [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout].contains(error)
      isTimeout = [.connectTimeout, .readTimeout, .deadlineExceeded].contains(error)
    }
    switch error {
    case is CancellationError: isTimeout = false
    case let rejection as Rejection: isTimeout = rejection.reason == .timeout
    default: break
    }
    let isCancelled = error is CancellationError || (error as? Rejection)?.reason == .cancelled
    let kind: Kind = isCancelled ? .cancelled : isTimeout ? .timedOut : .unreachable
    self.init(
      kind, server: server, detail: Self.detail(kind, neverSent),
      remedy: "Check endpoint and region, and that the network lets this machine there.",
      transmission: neverSent ? .neverSent : .unknown)
  }

  private static func kind(of name: String, _ status: Int, _ message: String) -> Kind {
    switch name {
    case "ConditionalCheckFailedException": .conditionFailed
    case "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
      "LimitExceededException", "SlowDown":
      .throttled
    case "ResourceNotFoundException": .tableMissing
    case "UnrecognizedClientException", "InvalidSignatureException", "SignatureDoesNotMatch", "AccessDeniedException",
      "MissingAuthenticationTokenException", "MissingAuthenticationToken", "ExpiredTokenException",
      "IncompleteSignatureException", "IncompleteSignature", "InvalidClientTokenId":
      .forbidden
    case "ItemCollectionSizeLimitExceededException": .tooLarge
    case "ValidationException": message.contains("size has exceeded") ? .tooLarge : .invalid
    default: status >= 500 ? .server : .invalid
    }
  }

  private static func remedy(_ kind: Kind) -> String {
    switch kind {
    case .throttled: "Ask less often, or give the table more capacity."
    case .forbidden:
      "Check key id and secret, that they may read and write the table, and this machine's clock (5 minutes at most)."
    case .tableMissing: "Create the table, or allow the program to; check the region and the table's name."
    case .tooLarge: "Keep an item below 400 KB: keep large things elsewhere and their address here."
    case .invalid: "Check that the table has the keys that this store expects; see its documentation."
    case .conditionFailed: "Read again, apply the change to what is there now, and write that."
    case .server, .unreachable, .timedOut, .notDynamoDB, .cancelled: "Try again later."
    }
  }

  private static func detail(_ kind: Kind, _ neverSent: Bool) -> String {
    switch kind {
    case .cancelled: "The caller was cancelled."
    case .timedOut: neverSent ? "It did not accept the connection in time." : "It did not answer in time."
    default: neverSent ? "Nobody answers there." : "The connection broke before the answer had come."
    }
  }
}

internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Resilience

extension RedisError {
  private struct Meaning {
    var kind: Kind
    var remedy: String
  }

  /// What a refusal of the server means, and what to do about it.
  init(_ error: RESPError, to command: String, server: String) {
    let meaning = Self.meaning(error)
    self.init(
      meaning.kind, server: server, detail: "\(command) was refused: \(error.ending)", remedy: meaning.remedy,
      // Told before the command is looked at.
      transmission: meaning.kind == .loading || meaning.kind == .busy ? .neverSent : .answered)
  }

  private static func meaning(_ error: RESPError) -> Meaning {
    switch error.code {
    case "NOAUTH", "WRONGPASS":
      Meaning(
        kind: .unauthenticated,
        remedy: "Set user and password in the URL (redis://user:password@host), or look at the server's ACL LIST.")
    case "NOPERM":
      Meaning(
        kind: .forbidden,
        remedy: "Give the user this command and the keys and channels with the store's prefix (ACL SETUSER).")
    // Redis' words, then Valkey's.
    case "ERR"
    where ["The user executing the script can't", "ACL failure in script"].contains(where: error.message.hasPrefix):
      Meaning(
        kind: .forbidden,
        remedy: "Give the user all data commands and the keys and channels with the store's prefix (ACL SETUSER).")
    case "LOADING": Meaning(kind: .loading, remedy: "Wait: the server is reading its data after a start.")
    case "BUSY": Meaning(kind: .busy, remedy: "Wait, or end the running script with SCRIPT KILL.")
    case "TRYAGAIN", "MASTERDOWN": Meaning(kind: .busy, remedy: "Wait until the server has its data together again.")
    case "READONLY":
      Meaning(
        kind: .readOnly,
        remedy: "Use the address of the primary; after a failover, wait until the address points to it.")
    case "OOM":
      Meaning(kind: .outOfMemory, remedy: "Raise the server's maxmemory, or remove what is not needed.")
    case "MISCONF":
      Meaning(
        kind: .cannotPersist,
        remedy: "Free space on the server's disk and look at its log; until then it takes no writes.")
    case "NOREPLICAS":
      Meaning(kind: .cannotPersist, remedy: "Bring the replicas back, or lower min-replicas-to-write on the server.")
    case "MOVED", "ASK", "CLUSTERDOWN", "CROSSSLOT":
      Meaning(
        kind: .clustered,
        remedy:
          "Use a Redis that is not a cluster: stores need all their keys in one place, so clusters are not supported.")
    case "NOSCRIPT": Meaning(kind: .unknownScript, remedy: "Send the script itself (EVAL).")
    default: Meaning(kind: .refused, remedy: "Look at the server's version and log.")
    }
  }

  /// What a connection that ended with an error means for those who waited.
  static func broken(_ error: any Error, server: String, transmission: Transmission) -> RedisError {
    switch error {
    case let error as RedisError:
      return RedisError(
        error.kind, server: server, detail: error.detail, remedy: error.remedy, transmission: transmission,
        retryAfter: error.retryAfter)
    case let problem as RESPProblem:
      return RedisError(
        .notRedis, server: server, detail: "What it sends is not the Redis protocol: \(problem).",
        remedy: "Check host and port, and whether the server expects TLS (rediss://).", transmission: transmission)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      return RedisError(
        .insecure, server: server, detail: "The TLS handshake failed: \(error).",
        remedy: "Check that the server speaks TLS on this port and that its certificate is signed by an authority "
          + "that is trusted here (ca=FILE in the URL) for this name.", transmission: transmission)
    default:
      return RedisError(
        .connectionLost, server: server, detail: "The connection ended (\(error)).",
        remedy: "Look at the server's log; the client connects again by itself.", transmission: transmission)
    }
  }

  /// Why no connection could be made.
  static func unreachable(_ error: any Error, server: String) -> RedisError {
    if error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError {
      return Self.broken(error, server: server, transmission: .neverSent)
    }
    var reason = "\(error)"
    if let connection = error as? NIOConnectionError {
      reason = "\(connection.connectionErrors.first.map { $0.error } ?? connection.dnsAError ?? connection)"
    }
    return RedisError(
      .unreachable, server: server, detail: "No connection could be made (\(reason)).",
      remedy: "Check that the server runs, and that host and port are right and reachable from here.")
  }

  static func timedOut(
    _ command: String, after length: Duration, server: String, _ transmission: Transmission
  )
    -> RedisError
  {
    RedisError(
      .timedOut, server: server, detail: "\(command) had no answer within \(length).",
      remedy: "Look at the server's load (SLOWLOG GET, INFO commandstats) and at the network, or allow it more time.",
      transmission: transmission)
  }

  static func overloaded(_ count: Int, server: String) -> RedisError {
    RedisError(
      .overloaded, server: server, detail: "\(count) commands are under way, as many as may.",
      remedy: "Send less at a time, use more connections, or look why the server is slow.")
  }

  static func closed(server: String) -> RedisError {
    RedisError(.closed, server: server, detail: "The client was closed.", remedy: "Make a new one.")
  }

  static func cancelled(server: String, _ transmission: Transmission) -> RedisError {
    RedisError(
      .cancelled, server: server, detail: "The caller was cancelled.", remedy: "Nothing has to be done.",
      transmission: transmission)
  }
}

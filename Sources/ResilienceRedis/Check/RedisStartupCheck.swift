internal import Resilience

/// Finds out before the start whether a server is fit to keep work that must not be lost.
///
/// Unfit is: not reachable, wrong credentials, older than 6.2, a replica, a cluster, a user who may not do what stores
/// do. A server that may lose what it has acknowledged is taken, with warnings.
public struct RedisStartupCheck: Sendable {
  /// The oldest version that stores are made for.
  public static let oldestVersion = "6.2"

  private let client: RedisClient
  private let prefix: String

  /// Makes a check of the server behind a client, for stores whose keys begin with the prefix.
  public init(_ client: RedisClient, prefix: String) {
    self.client = client
    self.prefix = prefix
  }

  /// Asks the server.
  ///
  /// - Throws: `RedisError` that says what is wrong and what to do.
  public func run() async throws(RedisError) -> RedisReport {
    let facts = RedisFacts(try await self.client.send(RedisCommand("INFO", isRepeatable: true)).text ?? "")
    let server = self.client.configuration.server
    let version = facts["valkey_version"] ?? facts["redis_version"] ?? ""
    guard facts["valkey_version"] != nil || Self.isAtLeast(version, Self.oldestVersion) else {
      throw RedisError(
        .wrongVersion, server: server, detail: "Its version is \(version.isEmpty ? "unknown" : version).",
        remedy: "Use Redis \(Self.oldestVersion) or newer, or Valkey.")
    }
    if facts["cluster_enabled"] == "1" {
      throw RedisError(
        .clustered, server: server, detail: "It is a node of a cluster.",
        remedy: "Use a Redis that is not a cluster: stores need all their keys in one place.")
    }
    if let role = facts["role"], role != "master" {
      throw RedisError(
        .readOnly, server: server, detail: "It is a replica, which may only be read.",
        remedy: "Use the address of the primary.")
    }
    try await self.tryPermissions()
    let synchronization = try await self.synchronization()
    return RedisReport(
      version: version, isValkey: facts["valkey_version"] != nil,
      warnings: RedisWarnings(facts, synchronization: synchronization, server: server).all)
  }

  private func tryPermissions() async throws(RedisError) {
    try await self.client.run(Self.probe, keys: ["\(self.prefix)check:\(Runtime.live.random())"])
  }

  /// `appendfsync`; nil: the user may not ask, or the server does not tell.
  private func synchronization() async throws(RedisError) -> String? {
    do throws(RedisError) {
      let answer = try await self.client.send(RedisCommand("CONFIG", "GET", "appendfsync", isRepeatable: true))
      return answer.elements?.last?.text
    } catch {
      guard error.kind == .forbidden || error.kind == .refused else { throw error }
      return nil
    }
  }

  static func isAtLeast(_ version: String, _ least: String) -> Bool {
    let (found, wanted) = (
      version.split(separator: ".").map { Int($0) ?? 0 }, least.split(separator: ".").map { Int($0) ?? 0 }
    )
    guard !found.isEmpty else { return false }
    for index in 0..<max(found.count, wanted.count) {
      let (left, right) = (index < found.count ? found[index] : 0, index < wanted.count ? wanted[index] : 0)
      if left != right { return left > right }
    }
    return true
  }
}

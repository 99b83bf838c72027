internal import Resilience

extension RedisClient {
  /// Runs a script, by its digest where the server knows it (EVALSHA), else with its text (EVAL).
  ///
  /// - Parameters:
  ///   - script: What to run.
  ///   - keys: The keys it touches.
  ///   - arguments: What else it is told.
  ///   - timeout: How long it may take; nil is the configuration's.
  /// - Throws: `RedisError`.
  @discardableResult
  public func run(
    _ script: RedisScript, keys: [String], _ arguments: [RedisArgument] = [], timeout: Duration? = nil
  ) async throws(RedisError) -> RESPValue {
    let server = self.configuration.server
    let words = [.integer(Int64(keys.count))] + keys.map(RedisArgument.text) + arguments
    return try await self.attempt(script.name, script.isRepeatable, timeout) {
      connection, deadline throws(RedisError) in
      let digest = try await self.digest(of: script, connection, until: deadline)
      var answer = try await connection.send(RedisCommand("EVALSHA", [.text(digest)] + words), until: deadline)
      if case .error(let error) = answer, error.code == "NOSCRIPT" {
        // The server has restarted, or somebody has emptied its cache. It has not run.
        answer = try await connection.send(RedisCommand("EVAL", [.text(script.source)] + words), until: deadline)
      }
      if case .error(let error) = answer { throw RedisError(error, to: "script '\(script.name)'", server: server) }
      return answer
    }
  }

  /// The server computes it, once for each script and client.
  private func digest(
    of script: RedisScript, _ connection: RedisConnection, until deadline: Instant
  ) async throws(RedisError) -> String {
    if let known = self.digests.withLock({ $0[script.source] }) { return known }
    let server = self.configuration.server
    do throws(RedisError) {
      let answer = try await connection.send(RedisCommand("SCRIPT", "LOAD", .text(script.source)), until: deadline)
      if case .error(let error) = answer { throw RedisError(error, to: "SCRIPT LOAD '\(script.name)'", server: server) }
      guard let digest = answer.text else {
        throw .broken(RESPProblem.malformed("answer to SCRIPT LOAD"), server: server, transmission: .answered)
      }
      self.digests.withLock { $0[script.source] = digest }
      return digest
    } catch {
      throw error.neverSent()  // the script itself was not
    }
  }
}

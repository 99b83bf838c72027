import ServerTestSupport

/// A program that keeps sessions in a Redis, with a fallback of its own; operators' names are their tokens' beginnings.
enum SessionStage {
  /// Settings for programs that share sessions; `keys` are further ones of `sessions`.
  static func settings(
    _ redis: RealRedis, _ upstream: String = "http://127.0.0.1:9", _ keys: String = ""
  )
    -> ProgramSettings
  {
    ProgramSettings.dependencies(("mail", "url: \"\(upstream)\", retry: false, circuitBreaker: false\(keys)")).with {
      $0.operations = """
        operators: [ { name: vera, token: "vera-has-a-token", role: viewer },
          { name: otto, token: "otto-has-a-token", role: operator } ]
        """
      // Nothing is carried over before somebody asks for the session.
      $0.top = """
        sessions: { store: "\(redis.url)", fallback: "sqlite:{folder}/waiting.db", operationTimeout: 1s, maxAttempts: 1,
          openDuration: 300ms, consecutiveFailures: 1, reconcileInterval: 1h }
        """
    }
  }

  /// A request of the operator Otto.
  static func send(
    _ program: ServedProgram, _ method: String, _ path: String, _ body: JSON? = nil
  ) async throws -> HTTPAnswer {
    try await program.operate(method, path, body, [("Authorization", "Bearer otto-has-a-token")])
  }

  /// Changes a session here during an outage of the store, and by another program after it: a conflict here.
  static func conflict(
    of id: String, _ first: ServedProgram, _ second: ServedProgram, _ redis: RealRedis
  ) async throws {
    let path = "/api/sessions/\(id)"
    let body: JSON = [
      "id": .text(id), "state": "{\"items\":[\"book\"],\"step\":1}", "attributes": ["user": "ada", "step": "cart"],
    ]
    _ = try await self.send(first, "POST", "/api/sessions", body)
    redis.kill()
    let ours: JSON = [
      "state": "{\"items\":[\"book\",\"lamp\"],\"step\":1}", "attributes": ["user": "ada", "step": "cart"],
    ]
    try await eventually("the fallback takes it") {
      let answer = try await self.send(first, "PUT", path, ours)
      return answer.status == 200 && answer.json["degraded"] == true ? true : nil
    }
    try await redis.start()
    let theirs: JSON = [
      "state": "{\"items\":[\"book\"],\"step\":2}", "attributes": ["user": "ada", "step": "payment"],
    ]
    try await eventually(within: .seconds(30), "the other program changes it") {
      let answer = try await self.send(second, "PUT", path, theirs)
      return answer.status == 200 && answer.json["degraded"] == false ? true : nil
    }
    try await eventually(within: .seconds(30), "the first notices") {
      let answer = try await self.send(first, "GET", path)
      return answer.json["degraded"] == false ? true : nil
    }
  }
}

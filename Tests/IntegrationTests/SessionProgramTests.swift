import Resilience
import ServerTestSupport
import Testing

/// Sessions over REST, by a real program on real stores, with a client in Python.
@Suite("Sessions over REST", .timeLimit(.minutes(60)))
struct SessionProgramTests {
  private static let upstream = ("mail", "url: \"http://127.0.0.1:9\"")

  private static func settings(_ sessions: String) -> ProgramSettings {
    ProgramSettings.dependencies(self.upstream).with { $0.top = "sessions: { \(sessions) }" }
  }

  /// A client that works sessions until it is told to stop.
  private final class Client: Sendable {
    let folder: TestFolder
    private let process: ChildProcess

    init(_ port: Int) throws {
      self.folder = try TestFolder()
      self.process = try ChildProcess(
        try Programs.plainPython(),
        [Repository.path("Tests/IntegrationTests/Receiver/session_client.py"), "\(port)", self.folder.path],
        folder: self.folder, name: "client")
    }

    /// How many changes were acknowledged, and how many of them by the fallback.
    var progress: (done: Int, degraded: Int) {
      let words = self.folder.read("progress").split(separator: " ").compactMap { Int($0) }
      return words.count == 2 ? (words[0], words[1]) : (0, 0)
    }

    /// Waits until so many more changes were acknowledged.
    func advances(by count: Int, degraded: Int = 0) async throws {
      let before = self.progress
      try await eventually(
        within: .seconds(60), "the client gets on from \(before); it said \(self.process.errors)"
      ) {
        if self.process.exitCode != nil { throw Trouble("it has ended: \(self.folder.read("result"))") }
        let now = self.progress
        return now.done >= before.done + count && now.degraded >= before.degraded + degraded
      }
    }

    /// Lets it look whether everything acknowledged is there.
    func result() async throws -> JSON {
      _ = try self.folder.write("", to: "stop")
      _ = try await self.process.exit(within: .seconds(120))
      return JSON(self.folder.read("result"))
    }

    deinit { self.process.end() }
  }

  @Test(
    "R8.2 a Python client's sessions survive a kill -9 of Redis, and of the program in the middle of the outage, whole")
  func redisOutage() async throws {
    let redis = try RealRedis()
    defer { redis.kill() }
    try await redis.start()
    let settings = Self.settings(
      "store: \"\(redis.url)\", fallback: \"sqlite:{folder}/waiting.db\", operationTimeout: 1s, maxAttempts: 2, "
        + "openDuration: 300ms, consecutiveFailures: 2, reconcileInterval: 200ms")
    try await ServedProgram.run(settings) { program in
      let client = try Client(program.operations)
      try await client.advances(by: 40)
      redis.kill()
      try await client.advances(by: 40, degraded: 30)
      let health = try await program.operate("GET", "/api/sessions/health").json
      #expect(health["serving"] == "fallback" && (health["waitingForPrimary"].double ?? 0) > 0)
      program.crash()
      try await program.start()
      try await client.advances(by: 20, degraded: 15)
      try await redis.start()
      try await eventually("what waited is carried over") {
        let health = try await program.operate("GET", "/api/sessions/health").json
        return health["serving"] == "primary" && health["waitingForPrimary"].double == 0
      }
      try await client.advances(by: 20)
      let result = try await client.result()
      #expect(result["lost"] == "" && result["listed"] == true, "\(result)")
      let report = try await program.operate("GET", "/api/sessions/reconciliation").json
      #expect(report["conflicts"].elements.isEmpty, "\(report)")
      #expect(report["events"].elements.contains { $0["kind"] == "returned" }, "\(report)")
    }
  }

  @Test("R8.2 a fallback file belongs to one program: another one that is to use it ends at once and says what to do")
  func fallbackOfAnother() async throws {
    let folder = try TestFolder()
    let settings = Self.settings("store: \"memory:\", fallback: \"sqlite:\(folder.file("waiting.db"))\"")
    try await ServedProgram.run(settings) { program in
      let other = try ServedProgram.beside(settings)
      let process = try other.launch()
      defer { process.end() }
      let code = try await process.exit()
      #expect(code == 2 && process.errors.contains("Give each instance a file of its own"), "\(process.errors)")
      withExtendedLifetime(other) {}  // its folder has what it said
      program.crash()
      try await program.start()
    }
  }

  @Test("R8.6 a Python client's sessions in DynamoDB survive a server that stops answering, whole")
  func dynamoOutage() async throws {
    let moto = try await MotoServer()
    let settings = Self.settings(
      "store: \"dynamodb:sessions\", dynamodb: { endpoint: \"\(moto.endpoint)\", createTable: true, "
        + "shards: 2 }, fallback: \"sqlite:{folder}/waiting.db\", operationTimeout: 500ms, maxAttempts: 2, "
        + "openDuration: 300ms, consecutiveFailures: 2, reconcileInterval: 200ms"
    ).with { $0.environment = ["AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "hunter2"] }
    try await ServedProgram.run(settings) { program in
      let client = try Client(program.operations)
      try await client.advances(by: 20)
      moto.pause()
      try await client.advances(by: 30, degraded: 20)
      moto.resume()
      try await eventually("what waited is carried over") {
        let health = try await program.operate("GET", "/api/sessions/health").json
        return health["serving"] == "primary" && health["waitingForPrimary"].double == 0
      }
      try await client.advances(by: 10)
      let result = try await client.result()
      #expect(result["lost"] == "" && result["listed"] == true, "\(result)")
      #expect(program.current?.errors.contains("hunter2") == false)
    }
  }

  @Test("R8.6 a DynamoDB that is not there, has no table, or gets no credentials, ends the start with what to do")
  func refusesToStart() async throws {
    let moto = try await MotoServer()
    func error(_ keys: String, _ environment: [String: String?]) async throws -> String {
      let program = try ServedProgram.beside(
        Self.settings("store: \"dynamodb:sessions\", operationTimeout: 2s, dynamodb: { \(keys) }").with {
          $0.environment = environment
        })
      let process = try program.launch()
      defer { process.end() }
      #expect(try await process.exit() == 2)
      return process.errors
    }
    let known = ["AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "hunter2"]
    let none: [String: String?] = ["AWS_ACCESS_KEY_ID": nil, "AWS_SECRET_ACCESS_KEY": nil]
    let endpoint = "endpoint: \"\(moto.endpoint)\""
    #expect(try await error(endpoint, known).contains("There is no such table. Create it with the partition key p"))
    #expect(try await error(endpoint, none).contains("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"))
    let away = try await error("endpoint: \"http://127.0.0.1:9\"", known)
    #expect(away.contains("Nobody answers there") && !away.contains("hunter2"), "\(away)")
  }

  @Test("R8.10 while the identity provider is away privileged roles are refused with a clear error, others admitted")
  func roles() async throws {
    let moto = try await MotoServer()
    let cognito = try await moto.run("cognito_setup.py")
    let settings = Self.settings(
      "store: \"memory:\", identityProvider: { issuer: \"\(cognito["issuer"].string ?? "")\", keysUrl: "
        + "\"\(cognito["keys"].string ?? "")\", audience: \"\(cognito["audience"].string ?? "")\", keyLifetime: 20s, "
        + "timeout: 500ms, privileged: [speaker], consecutiveFailures: 2, openDuration: 300ms }")
    try await ServedProgram.run(settings) { program in
      func admit(_ role: String, _ token: JSON) async throws -> HTTPAnswer {
        try await program.operate("POST", "/api/sessions/admission", .object(["role": .text(role), "token": token]))
      }
      let ada = cognito["tokens"]["ada"]
      let bob = cognito["tokens"]["bob"]
      for kind in ["id", "access"] {
        let answer = try await admit("speaker", ada[kind])
        #expect(answer.status == 200 && answer.json["identityProven"] == true, "\(answer)")
      }
      #expect(try await admit("listener", .null).json["identityProven"] == false)
      let wrong: [JSON] = [bob["id"], .null, "a.b.c", .text((ada["id"].string ?? "").dropLast(8) + "AAAAAAAA")]
      for token in wrong {
        let answer = try await admit("speaker", token)
        #expect(answer.status == 403 && answer.json["code"] == "ORC_009", "\(answer)")
      }
      moto.end()
      // The keys still do for a while; then nobody can be confirmed any more.
      let kept = try await admit("speaker", ada["id"])
      #expect(kept.status == 200, "\(kept)")
      let refused = try await eventually("privileged roles are refused") {
        let answer = try await admit("speaker", ada["id"])
        return answer.status == 503 ? answer : nil
      }
      #expect(refused["Retry-After"] != nil && refused.json["detail"].string?.contains("away") == true, "\(refused)")
      let listener = try await admit("listener", .null)
      #expect(listener.status == 200 && listener.json["admitted"] == true)
      #expect(program.current?.errors.contains(ada["id"].string ?? "-") == false)
    }
  }

  @Test("R8.1 sessions are closed to strangers and viewers, and what is done to the service is audited")
  func access() async throws {
    let settings = Self.settings("store: \"sqlite:{folder}/sessions.db\"").with {
      $0.operations =
        "operators: [{ name: vera, token: viewer-token, role: viewer }, "
        + "{ name: otto, token: operator-token, role: operator }]"
    }
    try await ServedProgram.run(settings) { program in
      func send(_ method: String, _ path: String, _ who: String?, _ body: JSON? = nil) async throws -> HTTPAnswer {
        try await program.operate(method, path, body, who.map { [("Authorization", "Bearer \($0)-token")] } ?? [])
      }
      #expect(try await send("GET", "/api/sessions", nil).status == 401)
      #expect(try await send("GET", "/api/sessions", "viewer").status == 403)
      #expect(try await send("POST", "/api/sessions", "viewer", ["state": "x"]).status == 403)
      #expect(try await send("GET", "/api/sessions/health", "viewer").status == 200)
      let made = try await send("POST", "/api/sessions", "operator", ["id": "s1", "state": "{\"step\":1}"])
      #expect(made.status == 201 && made["ETag"] == "\"1\"" && made["Location"] == "/api/sessions/s1", "\(made)")
      #expect(try await send("POST", "/api/sessions/check", "viewer", ["reason": "drill"]).status == 403)
      let checked = try await send("POST", "/api/sessions/check", "operator", ["reason": "drill"])
      #expect(checked.status == 200 && checked.json["state"] == "healthy", "\(checked)")
      let audit = try await send("GET", "/api/audit", "viewer").json.elements
      #expect(audit.first?["action"] == "sessions.check" && audit.first?["actor"] == "otto", "\(audit)")
      program.crash()
      try await program.start()
      #expect(try await send("GET", "/api/sessions/s1", "operator").json["state"] == "{\"step\":1}")
    }
  }
}

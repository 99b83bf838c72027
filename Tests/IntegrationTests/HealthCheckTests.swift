import Foundation
import Glibc
import ServerTestSupport
import Testing

@Suite("Health checks against the real thing", .timeLimit(.minutes(60)))
struct HealthCheckTests {
  /// What fails fails at once; what is only slow has time.
  private static let quick = "interval: 300ms, timeout: 30s, rise: 1, fall: 1"

  private static func health(_ program: ServedProgram) async throws -> JSON {
    try await program.operate("GET", "/health/dependencies?detail=full").json
  }

  @discardableResult
  private static func wait(
    _ program: ServedProgram, _ name: String, _ state: String, because reason: String? = nil
  ) async throws -> JSON {
    try await eventually("\(name) is \(state)\(reason.map { ": \($0)" } ?? "")") {
      let component = try await Self.health(program)[name]
      guard component["state"].string == state else { return nil }
      return reason.map { component["reason"].string?.contains($0) == true } ?? true ? component : nil
    }
  }

  @Test("R9.2 Redis, PostgreSQL, gRPC, TLS, DNS, TCP, SQLite, disk, memory and event loops are told working from not")
  func kinds() async throws {
    let (redis, secured) = (try RealRedis(), try RealRedis(password: "open sesame"))
    let postgres = try await RealPostgreSQL()
    let authority = try await TestAuthority()
    defer { withExtendedLifetime(authority) {} }  // its files go with it
    let nginx = try RealNginx(tls: authority)
    for start in [redis.start, secured.start, postgres.start, nginx.start] { try await start() }
    let grpc = try await PythonProgram("serving_status.py")
    let folder = try TestFolder()
    let file = try await Self.database(in: folder)
    let damaged = try folder.write(String(repeating: "no database at all. ", count: 100), to: "damaged.db")
    func check(_ keys: String) -> String { "health: { \(keys), \(Self.quick) }" }
    let settings = ProgramSettings.dependencies(
      ("redis", check("url: \"redis://127.0.0.1:\(redis.port)\"")),
      ("secured", check("url: \"redis://:open%20sesame@127.0.0.1:\(secured.port)\"")),
      ("locked", check("url: \"redis://127.0.0.1:\(secured.port)\"")),
      ("database", check("url: \"postgresql://postgres@127.0.0.1:\(postgres.port)/postgres\"")),
      ("grpc", check("url: \"grpc://127.0.0.1:\(grpc.port)\"")),
      ("grpc-orders", check("url: \"grpc://127.0.0.1:\(grpc.port)/shop.Orders\"")),
      ("grpc-mail", check("url: \"grpc://127.0.0.1:\(grpc.port)/shop.Mail\"")),
      ("certificate", check("url: \"tls://127.0.0.1:\(nginx.port)\", warnDays: 1, failDays: 0.5")),
      ("ending", check("url: \"tls://127.0.0.1:\(nginx.port)\", failDays: 5")),
      ("name", check("url: \"dns:localhost\"")), ("no-name", check("url: \"dns:no-such-name.invalid\"")),
      ("port", check("url: \"tcp://127.0.0.1:\(redis.port)\"")),
      ("file", check("url: \"sqlite:\(file)\", writes: true")), ("damaged", check("url: \"sqlite:\(damaged)\"")),
      ("disk", check("kind: disk, path: /, failBelow: 0.000001, warnBelow: 0.00001")),
      ("memory", check("kind: memory")),
      ("loops", check("kind: eventLoop, warnFrom: 20s, failFrom: 30s"))
    ).with { $0.top = "health: { memory: {}, disk: { path: / } }" }
    try await ServedProgram.run(settings) { program in
      let all = try await Self.health(program)
      let usable = try await program.operate("GET", "/health/dependencies").json
      let broken = ["locked", "grpc-mail", "ending", "no-name", "damaged"]
      for (name, component) in all.members ?? [:] {
        let isBroken = broken.contains(name)
        #expect((component["state"] == "unhealthy") == isBroken, "\(name): \(component)")
        #expect(usable[name] == .bool(!isBroken))
        #expect(component["check"]["latencyMilliseconds"].double != nil && component["check"]["at"].double != nil)
        #expect(!isBroken || component["reason"].string?.isEmpty == false)
      }
      #expect(all.members?.count == 17 && usable.members?.count == 17)
      #expect(all["locked"]["reason"].string?.contains("NOAUTH") == true)
      #expect(all["grpc-mail"]["reason"].string?.contains("NOT_SERVING") == true)
      let whole = try await program.operate("GET", "/health")
      #expect(whole.json["checks"].members?.keys.contains("system:memory:health") == true)
      #expect(!whole.body.contains("sesame") && !"\(all)".contains("sesame"))

      redis.kill()
      postgres.kill()
      // A look that was under way sees the end of its connection; those after it see nobody.
      for name in ["redis", "port", "database"] {
        try await Self.wait(program, name, "unhealthy", because: "Connection refused")
      }
      try await redis.start()
      try await postgres.start()
      for name in ["redis", "port", "database"] { _ = try await Self.wait(program, name, "healthy") }
      #expect(try await Self.rows(of: file, in: folder) == "ok 1", "the check's write was rolled back")
    }
  }

  @Test("R9.1 ready only when every check has run; live whatever they find; not ready from SIGTERM on")
  func readiness() async throws {
    let (check, call, held) = (Gate(), Gate(), Switch())
    let upstream = try ScriptedUpstream { request in
      if request.target == "/last" { call.wait() }
      if request.target == "/slow", held.isOn { check.wait() }
      return .ok("done")
    }
    defer {
      for gate in [check, call] { gate.open() }
      upstream.stop()
    }
    let keys = "url: \"\(upstream.url)\", timeout: 10m, health: { path: /slow, interval: 1s, timeout: 60s }"
    let settings = ProgramSettings.dependencies(("up", keys), ("away", "health: { url: \"tcp://127.0.0.1:9\" }"))
    try await ServedProgram.run(settings.with { $0.gateway = "shutdownGracePeriod: 10m" }) { program in
      program.crash()
      held.turn(on: true)
      let process = try program.launch()
      defer { process.end() }
      try await eventually("it answers") { try await HTTP.get(program.operations, "/health/live").status == 200 }
      let before = try await HTTP.get(program.operations, "/health/ready")
      #expect(before.status == 503 && before.json["status"] == "fail")
      #expect(try await program.operate("GET", "/health/startup").status == 503)
      #expect(try await program.operate("GET", "/health/dependencies").json["up"] == false, "not yet checked")
      check.open()
      try await eventually("it is ready") { try await HTTP.get(program.operations, "/health/ready").status == 200 }
      #expect(try await program.operate("GET", "/health/startup").status == 200)
      #expect(try await program.operate("GET", "/health/dependencies").json == ["up": true, "away": false])
      async let last = program.get("/up/last")
      try await eventually("the call is under way") { upstream.requests.contains { $0.target == "/last" } }
      process.signal(SIGTERM)
      try await eventually("it is not ready any more") {
        try await HTTP.get(program.operations, "/health/ready").status == 503
      }
      #expect(try await HTTP.get(program.operations, "/health/live").status == 200)
      call.open()
      #expect(try await last.status == 200)
      #expect(try await process.exit() == 0)
    }
  }

  @Test("The start waits for critical dependencies, and gives up with their names when the time is over")
  func waiting() async throws {
    let redis = try RealRedis()
    let keys = "criticality: critical, health: { url: \"redis://127.0.0.1:\(redis.port)\", \(Self.quick) }"
    let settings = ProgramSettings.dependencies(("redis", keys))
    try await redis.start()
    try await ServedProgram.run(settings.with { $0.arguments = ["--wait-for-healthy", "60s"] }) { program in
      program.crash()
      redis.kill()
      let process = try program.launch()
      defer { process.end() }
      try await eventually("it waits") {
        try await HTTP.get(program.operations, "/health/live").status == 200 && process.output.contains("waiting:")
      }
      #expect(try await HTTP.get(program.operations, "/health/ready").status == 503)
      await #expect(throws: (any Error).self, "nobody listens yet") { try await program.get("/redis/") }
      try await redis.start()
      try await eventually("it is ready") { try await HTTP.get(program.operations, "/health/ready").status == 200 }
      #expect(try await program.get("/nobody/").status == 404)
    }
    redis.kill()
    let folder = try TestFolder()
    let file = try folder.write(
      settings.yaml(gateway: try FreePort.take(), operations: try FreePort.take(), folder: folder) ?? "", to: "c.yaml")
    let process = try ChildProcess(
      try Programs.resilience(), ["serve", "--config", file, "--wait-for-healthy", "3s"], folder: folder, name: "waits")
    #expect(try await process.exit() == 2)
    #expect(
      process.errors.contains("'redis' is unhealthy (127.0.0.1:\(redis.port) cannot be reached"), "\(process.errors)")
  }

  @Test("R2.10 the check opens the breaker before callers fail and closes it early; an operator stands above")
  func aware() async throws {
    let works = Switch()
    works.turn(on: true)
    let upstream = try ScriptedUpstream { _ in works.isOn ? .ok("fine") : .answer(503, [], "no") }
    defer { upstream.stop() }
    let keys = """
      url: "\(upstream.url)", retry: false, circuitBreaker: { healthAware: true, openDuration: 1h }, \
      health: { path: /health, \(Self.quick) }
      """
    try await ServedProgram.run(.dependencies(("up", keys))) { program in
      #expect(try await program.get("/up/").status == 200)
      works.turn(on: false)
      try await eventually("the check has opened it") { try await program.state("up") == "isolated" }
      let calls = upstream.requests.count { $0.target == "/" }
      let refused = try await program.get("/up/")
      #expect(refused.status == 503 && refused.json["detail"].string?.contains("fails its health check") == true)
      #expect(upstream.requests.count { $0.target == "/" } == calls, "no caller had to fail")
      let breaker = try await program.operate("GET", "/api/breakers/up").json
      #expect(breaker["override"]["actor"] == "health check", "\(breaker)")

      let override: JSON = ["state": "disabled", "reason": "I know better"]
      #expect(try await program.operate("PUT", "/api/breakers/up/override", override).status == 200)
      works.turn(on: true)
      _ = try await Self.wait(program, "up", "healthy")
      works.turn(on: false)
      _ = try await Self.wait(program, "up", "unhealthy")
      #expect(try await program.state("up") == "disabled")
      #expect(try await program.get("/up/").status == 503)
      #expect(try await program.state("up") == "disabled")
      #expect(try await program.operate("DELETE", "/api/breakers/up/override", ["reason": "no more"]).status == 200)
      try await eventually("the check takes it again") { try await program.state("up") == "isolated" }
      works.turn(on: true)
      try await eventually("it closes long before its open time") { try await program.state("up") == "closed" }
      #expect(try await program.get("/up/").status == 200)
    }
  }

  @Test("R12.6 a reload replaces the check that has changed; the others keep what they know")
  func reload() async throws {
    let upstream = try ScriptedUpstream { $0.target == "/bad" ? .answer(500, [], "no") : .ok("fine") }
    defer { upstream.stop() }
    func settings(_ path: String, _ more: (String, String)...) -> ProgramSettings {
      let same = ("same", "health: { url: \"\(upstream.url)/same\", interval: 1h }")
      let other = ("other", "url: \"\(upstream.url)\", dependsOn: [same], health: { path: \(path), \(Self.quick) }")
      return ProgramSettings(dependencies: ([same, other] + more).map { (name: $0.0, keys: $0.1) })
    }
    try await ServedProgram.run(settings("/good")) { program in
      let before = try await Self.health(program)
      #expect(before["same"]["state"] == "healthy" && before["other"]["state"] == "healthy")
      try program.rewrite(settings("/bad", ("third", "health: { url: \"tcp://127.0.0.1:9\", interval: 1h }")))
      program.signal(SIGHUP)
      _ = try await Self.wait(program, "other", "unhealthy")
      _ = try await Self.wait(program, "third", "unhealthy")
      let after = try await Self.health(program)
      #expect(after["same"] == before["same"], "\(after["same"]) was \(before["same"])")
      #expect(after["same"]["since"].double != nil && after["same"]["check"]["at"].double != nil)
      #expect(upstream.requests.count { $0.target == "/same" } == 1)
      #expect(try await HTTP.get(program.operations, "/health/ready").status == 200)
      try program.rewrite(settings("/good"))
      program.signal(SIGHUP)
      try await eventually("the third is gone") { try await Self.health(program)["third"] == .null }
      _ = try await Self.wait(program, "other", "healthy")
    }
  }

  private static func database(in folder: TestFolder) async throws -> String {
    let file = folder.file("good.db")
    let script = "import sqlite3; c = sqlite3.connect('\(file)'); c.execute('create table t (x)'); c.commit()"
    let process = try ChildProcess(try Programs.python(), ["-c", script], folder: folder, name: "sqlite")
    guard try await process.exit() == 0 else { throw Trouble("sqlite: \(process.errors)") }
    return file
  }

  /// What SQLite itself says of a file: whether it is sound, and how many tables it has.
  private static func rows(of file: String, in folder: TestFolder) async throws -> String {
    let script = """
      import sqlite3; c = sqlite3.connect('\(file)')
      sound = c.execute('pragma integrity_check').fetchone()[0]
      print(sound, c.execute('select count(*) from sqlite_master').fetchone()[0])
      """
    let process = try ChildProcess(try Programs.python(), ["-c", script], folder: folder, name: "look")
    guard try await process.exit() == 0 else { throw Trouble("sqlite: \(process.errors)") }
    return String(process.output.split(separator: "\n").first ?? "")
  }
}

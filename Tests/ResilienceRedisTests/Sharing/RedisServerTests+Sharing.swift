import Resilience
import ResilienceInterfaces
import ResilienceTesting
import ServerTestSupport
import Testing

@testable import ResilienceRedis

extension RedisServerTests {
  @Suite("Shared breakers")
  struct Sharing {
    private struct Outage: Error {}

    /// An instance: its breaker and what shares it.
    private struct Instance {
      let breaker = CircuitBreaker("mail", .init(consecutiveFailures: 5, openDuration: .seconds(600)))
      let sharer: SharedCircuitBreakers

      init(_ client: RedisClient, _ name: String, observer: (any Observer)? = nil) {
        self.sharer = SharedCircuitBreakers(
          RedisOpinionExchange(client, prefix: "s:"), instance: name, observer: observer)
        self.sharer.share([self.breaker])
      }

      func fail(_ count: Int) async {
        for _ in 0..<count { _ = try? await self.breaker.run { throw Outage() } }
      }
    }

    private static func run(_ instances: [Instance], _ body: () async throws -> Void) async throws {
      let tasks = instances.map { instance in Task { await instance.sharer.run() } }
      defer { for task in tasks { task.cancel() } }
      for instance in instances {
        try await eventually("all know all") { instance.sharer.instances == instances.count }
      }
      try await body()
    }

    @Test("R2.11 a trip reaches the others: who fails as well opens, who does not stays closed, however long it lasts")
    func opinions() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let instances = ["a", "b", "c"].map { Instance(client, $0) }
      try await Self.run(instances) {
        await instances[1].fail(2)
        #expect(instances[1].breaker.state() == .closed)
        let start = Runtime.live.now()
        await instances[0].fail(5)
        try await eventually("the second has opened") { instances[1].breaker.state() == .open }
        #expect(instances[1].breaker.snapshot().explanation.contains("1 of 3 instances"))
        #expect(instances[2].breaker.state() == .closed)
        // Two have opened, but one only because of the other: no quorum, however long it lasts.
        try await eventually("time passes") { Runtime.live.now() - start > 1_500_000_000 }
        #expect(instances[2].breaker.state() == .closed)
      }
      await client.close()
    }

    @Test("R2.11 a quorum of instances opens one that has seen nothing")
    func quorum() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let instances = ["a", "b", "c"].map { Instance(client, $0) }
      try await Self.run(instances) {
        await instances[0].fail(5)
        await instances[1].fail(5)
        try await eventually("the third has opened") { instances[2].breaker.state() == .open }
        #expect(instances[2].breaker.snapshot().explanation.contains("a quorum"))
      }
      await client.close()
    }

    @Test("R2.11 an operator's decision binds every instance, those that come later too, until he takes it back")
    func operators() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let store = RedisControlStore(client, prefix: "s:")
      let instances = ["a", "b"].map { Instance(client, $0) }
      let override = BreakerOverride(breaker: "mail", state: .isolated, reason: "drill", actor: "ada", since: 1)
      let record = AuditRecord(
        at: 1, actor: "ada", action: "breaker.override", subject: "mail", reason: "drill", before: "", after: "")
      try await Self.run(instances) {
        try await store.saveOverride(override, recording: record)
        for instance in instances {
          try await eventually("isolated") { instance.breaker.state() == .isolated }
          #expect(instance.breaker.snapshot().operatorDecision?.actor == "ada")
        }
        let late = Instance(client, "late")
        await late.sharer.step()
        #expect(late.breaker.state() == .isolated)
        // The server is away: what was decided holds.
        server.kill()
        try await eventually("the loss is known") { !instances[0].sharer.isShared }
        #expect(instances[0].breaker.state() == .isolated && instances[0].sharer.failure?.kind == .unreachable)
        try await server.start()
        try await eventually("it is back") { instances.allSatisfy { $0.sharer.isShared } }
      }
      await client.close()
    }

    @Test("R2.11 an override that is removed lets every breaker go")
    func release() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let store = RedisControlStore(client, prefix: "s:")
      let instances = ["a", "b"].map { Instance(client, $0) }
      let record = AuditRecord(at: 1, actor: "ada", action: "x", subject: "mail", reason: "", before: "", after: "")
      try await Self.run(instances) {
        try await store.saveOverride(
          BreakerOverride(breaker: "mail", state: .disabled, reason: "r", actor: "ada", since: 1), recording: record)
        for instance in instances { try await eventually("taken") { instance.breaker.state() == .disabled } }
        try await store.removeOverride(ofBreaker: "mail", recording: record)
        for instance in instances { try await eventually("let go") { instance.breaker.state() == .closed } }
      }
      await client.close()
    }

    @Test("R2.11 loss of the server falls back to what each knows, and says so; its return too")
    func loss() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let events = EventRecorder()
      let instance = Instance(client, "a", observer: events)
      try await Self.run([instance]) {
        server.kill()
        try await eventually("the loss is told") { events.lines.contains { $0.contains("on its own") } }
        await instance.fail(5)
        #expect(instance.breaker.state() == .open)
        try await server.start()
        try await eventually("the return is told") { events.lines.contains { $0.contains(": shared") } }
      }
      await client.close()
    }

    @Test("R2.7 the control store keeps decisions and audit as the others do, over a crash of the server")
    func controlStore() async throws {
      let server = try await RedisServer(["--appendonly", "yes", "--appendfsync", "always"])
      let client = try server.client()
      let store = RedisControlStore(client, auditLimit: 3)
      let first = BreakerOverride(breaker: "mail", state: .isolated, reason: "it's \"x\" — 日本", actor: "ada", since: 1)
      let second = BreakerOverride(breaker: "api", state: .observing, reason: "r", actor: "bob", since: 2, expires: 9)
      let record = AuditRecord(
        at: 5, actor: "ada", action: "a", subject: "s", reason: "{\"r\"}", before: "closed", after: "isolated")
      for _ in 0..<3 { try await store.saveOverride(first, recording: record) }
      let entry = try await store.saveOverride(second, recording: record)
      server.kill()
      try await server.start()
      #expect(try await store.loadOverrides() == [second, first])
      let audit = try await store.recentAudit(limit: 10)
      #expect(audit.map(\.id) == [4, 3, 2] && audit.first == entry)
      #expect(try await store.recentAudit(limit: 0) == [])
      try await store.removeOverride(ofBreaker: "mail", recording: record)
      #expect(try await store.loadOverrides() == [second])
      await client.close()
      let failure = await #expect(throws: ControlStoreFailure.self) { try await store.appendAudit(record) }
      #expect(failure?.location.hasPrefix("redis://") == true)
    }
  }
}

import Resilience
import ResilienceInterfaces
import ResilienceSessions
import ResilienceSimulation
import SessionHistories
import Testing

@Suite("Session manager")
struct SessionManagerTests {
  /// A manager over a store in memory, in virtual time.
  private static func run(
    _ configuration: SessionManager.Configuration = .init(),
    _ body: @escaping @Sendable (SessionManager, UnreliableStore, Runtime) async throws -> Void
  ) throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let manager = try SessionManager(primary: store, configuration, runtime: simulation.runtime)
      try await body(manager, store, simulation.runtime)
    }
  }

  /// The session error that a body throws; nil if it throws none.
  private static func error(_ body: () async throws -> Void) async -> SessionError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? SessionError
    }
  }

  @Test("R8.1 a session is created, read, changed, listed and deleted, and its version counts the changes")
  func life() throws {
    try Self.run { manager, _, _ in
      let made = try await manager.create(state: Array("{}".utf8), attributes: ["owner": "ada"])
      #expect(made.version == 1)
      #expect(made.id.text.count == 32)
      let changed = try await manager.update(made.id) {
        $0.state = Array("{\"a\":1}".utf8)
        $0.attributes["step"] = "paid"
      }
      #expect(changed.version == 2)
      let read = try await manager.get(made.id)
      #expect(read == changed)
      #expect(read.attributes == ["owner": "ada", "step": "paid"])
      let page = try await manager.list(where: ["owner": "ada"])
      #expect(page.sessions == [changed])
      let none = try await manager.list(where: ["owner": "bob"])
      #expect(none.sessions.isEmpty)
      try await manager.delete(made.id)
      let error = await Self.error { _ = try await manager.get(made.id) }
      #expect(error?.kind == .notFound)
    }
  }

  @Test(
    "R8.1 input that breaks a rule is refused before the store is asked",
    arguments: ["", "a b", "a/b", "é", String(repeating: "x", count: 129)])
  func identifiers(text: String) throws {
    let error = #expect(throws: SessionError.self) { try SessionID(text) }
    #expect(error?.kind == .invalid)
  }

  @Test("R8.1 a state, an attribute or a page that is too large is refused before the store is asked")
  func bounds() throws {
    try Self.run(.init(maxStateBytes: 10, maxAttributes: 1)) { manager, store, _ in
      for (state, attributes) in [
        ([UInt8](repeating: 0, count: 11), [:]), ([], ["a": "", "b": ""]), ([], ["": "x"]), ([], ["a b": "x"]),
        ([], ["a": String(repeating: "x", count: 1_025)]), ([], ["a": "\0"]),
      ] {
        let error = await Self.error { _ = try await manager.create(state: state, attributes: attributes) }
        #expect(error?.kind == .invalid)
        #expect(error?.operation == .create)
      }
      let list = await Self.error { _ = try await manager.list(limit: 1_001) }
      #expect(list?.kind == .invalid)
      #expect(store.calls == 0)
    }
  }

  @Test("R8.3 each error says kind, session and operation, and stands for a service error with a stable code")
  func errors() throws {
    try Self.run { manager, store, _ in
      let id = try SessionID("s-1")
      let missing = await Self.error { try await manager.update(id) { _ in } }
      #expect(missing?.kind == .notFound)
      #expect(missing?.session == id)
      #expect(missing?.operation == .update)
      #expect(missing?.serviceError.code == .notFound)
      let made = try await manager.create(id)
      let twice = await Self.error { _ = try await manager.create(id) }
      #expect(twice?.kind == .alreadyExists)
      try await manager.update(id) { $0.state = [1] }
      let late = await Self.error { try await manager.update(id, expecting: made.version) { _ in } }
      #expect(late?.kind == .concurrentAccess)
      #expect(late?.currentVersion == 2)
      #expect(late?.serviceError.context["session"] == "s-1")
      try await store.write(
        [1, 2], metadata: ["who": "somebody else"], forKey: "session/bad", if: .always, lifetime: nil)
      let bad = try SessionID("bad")
      let corrupted = await Self.error { _ = try await manager.get(bad) }
      #expect(corrupted?.kind == .storageCorrupted)
      #expect(corrupted?.serviceError.code == .storageCorrupted)
      store.trouble.isAway = true
      let away = await Self.error { _ = try await manager.get(id) }
      #expect(away?.kind == .serviceUnavailable)
      #expect(away?.serviceError.code == .serviceUnavailable)
    }
  }

  @Test("R8.5 a store that fails is asked three times, one that answers \"not found\" once")
  func retries() throws {
    try Self.run { manager, store, _ in
      let id = try SessionID("s-1")
      _ = await Self.error { _ = try await manager.get(id) }
      #expect(store.calls == 1)
      store.trouble.isAway = true
      _ = await Self.error { _ = try await manager.get(id) }
      #expect(store.calls == 4)
    }
  }

  @Test("R8.5 a change whose answer is lost is made once, and the caller hears of success")
  func lostAnswers() throws {
    for seed in 0..<200 as Range<UInt64> {
      let simulation = Simulation(seed: seed)
      try simulation.run {
        let store = UnreliableStore(on: simulation.runtime)
        let manager = try SessionManager(
          primary: store, .init(retry: .init(maxAttempts: 30), circuitBreaker: .init(consecutiveFailures: 1_000)),
          runtime: simulation.runtime)
        store.trouble.losesAnswer = 0.4
        let id = try await manager.create().id
        for number in 1...10 {
          let changed = try await manager.update(id) { $0.state.append(UInt8(number)) }
          #expect(changed.state == Array(1...UInt8(number)))
        }
        try await manager.delete(id)
        store.trouble.losesAnswer = 0
        let left = try await store.keys(withPrefix: "", after: nil, limit: 10)
        #expect(left.isEmpty)
      }
    }
  }

  @Test("R8.2 a new session whose answer was lost, and which somebody has deleted since, is not brought back")
  func deletedMeanwhile() throws {
    let retry = Retry.Configuration(maxAttempts: 3, backoff: .constant(.milliseconds(100)), jitter: .none)
    try Self.run(.init(retry: retry)) { manager, store, runtime in
      store.trouble.delay = .milliseconds(10)
      let other = runtime.spawn {
        do {
          // The first call looks whether it is there, the second one writes it.
          while store.calls < 2 { try await runtime.sleep(for: .microseconds(100)) }
          store.trouble.losesAnswer = 1
          while try await store.memory.entry(forKey: "session/s") == nil {
            try await runtime.sleep(for: .microseconds(100))
          }
          try await runtime.sleep(for: .milliseconds(20))
          store.trouble.losesAnswer = 0
          let wasThere = try await store.memory.remove("session/s", if: .always)
          #expect(wasThere)
        } catch {
          Issue.record("\(error)")
        }
      }
      let id = try SessionID("s")
      let error = await Self.error { _ = try await manager.create(id) }
      #expect(error?.kind == .serviceUnavailable, "\(error as Any)")
      await other.value
      let left = try await store.memory.keys(withPrefix: "", after: nil, limit: 10)
      #expect(left.isEmpty)
      // It was said that nobody can tell: calling again decides.
      let made = try await manager.create(id)
      #expect(made.version == 1)
    }
  }

  @Test("R8.2 a new session whose write was surely not sent is written again: no answer was lost, nobody has to decide")
  func refusedConnection() throws {
    let retry = Retry.Configuration(maxAttempts: 3, backoff: .constant(.milliseconds(100)), jitter: .none)
    try Self.run(.init(retry: retry)) { manager, store, _ in
      store.trouble.refusesWrites = 2
      let made = try await manager.create(SessionID("s"), state: [1])
      #expect(made.version == 1)
      let read = try await manager.get(made.id)
      #expect(read.state == [1])
    }
  }

  @Test("R8.1 a lifetime that was said for a session lasts through its changes; the settings' one does not replace it")
  func ownLifetime() throws {
    try Self.run(.init(lifetime: .seconds(3_600))) { manager, _, runtime in
      let short = try await manager.create(SessionID("short"), lifetime: .seconds(100))
      let usual = try await manager.create(SessionID("usual"))
      try await runtime.sleep(for: .seconds(50))
      let changed = try await manager.update(short.id) { $0.state = [1] }
      #expect(changed.expires == changed.updated + 100_000)
      let other = try await manager.update(usual.id) { $0.state = [1] }
      #expect(other.expires == other.updated + 3_600_000)
      let longer = try await manager.update(short.id, lifetime: .seconds(200)) { $0.state = [2] }
      #expect(longer.expires == longer.updated + 200_000)
      let read = try await manager.get(short.id)
      #expect(read == longer && read.lifetime == 200_000)
      try await runtime.sleep(for: .seconds(201))
      let error = await Self.error { _ = try await manager.get(short.id) }
      #expect(error?.kind == .notFound)
    }
  }

  @Test("R8.7 what has expired is not read, and entries whose time is over are removed while listing")
  func expiry() throws {
    try Self.run(.init(lifetime: .seconds(60))) { manager, store, runtime in
      let short = try await manager.create(SessionID("short"), lifetime: .seconds(1))
      let long = try await manager.create(SessionID("long"))
      // The store's own clock is slow: it still shows what is over by ours.
      let entry = try await store.entry(forKey: "session/short")
      try await store.write(
        [], metadata: entry?.metadata ?? [:], forKey: "session/short", if: .always, lifetime: .seconds(100))
      try await runtime.sleep(for: .seconds(2))
      let error = await Self.error { _ = try await manager.get(short.id) }
      #expect(error?.kind == .notFound)
      let page = try await manager.list()
      #expect(page.sessions == [long])
      #expect(page.cleaned == 1)
      let left = try await store.entry(forKey: "session/short")
      #expect(left == nil)
      try await runtime.sleep(for: .seconds(59))
      let removed = try await manager.cleanUpExpired()
      #expect(removed == 1)
      let empty = try await manager.list()
      #expect(empty.sessions.isEmpty)
    }
  }

  @Test("R8.7 a session whose time is over by our clock is made anew, although the store still shows the old one")
  func madeAnew() throws {
    try Self.run(.init(lifetime: .seconds(60))) { manager, store, runtime in
      let id = try SessionID("s")
      _ = try await manager.create(id, state: [1], lifetime: .seconds(1))
      // The store's own clock is slow.
      let entry = try await store.entry(forKey: "session/s")
      try await store.write(
        [1], metadata: entry?.metadata ?? [:], forKey: "session/s", if: .always, lifetime: .seconds(100))
      try await runtime.sleep(for: .seconds(2))
      let late = await Self.error { try await manager.update(id) { $0.state = [9] } }
      #expect(late?.kind == .notFound)
      let made = try await manager.create(id, state: [2])
      #expect(made.version == 1)
      let read = try await manager.get(id)
      #expect(read == made)
      let twice = await Self.error { _ = try await manager.create(id) }
      #expect(twice?.kind == .alreadyExists)
    }
  }

  @Test("R8.7 pages of a list miss and repeat no session, whatever the limit", arguments: [1, 2, 7, 100])
  func pages(limit: Int) throws {
    try Self.run { manager, _, _ in
      for number in 0..<20 { _ = try await manager.create(SessionID("s-\(100 + number)")) }
      var seen: [String] = []
      var after: SessionID?
      repeat {
        let page = try await manager.list(after: after, limit: limit)
        seen += page.sessions.map(\.id.text)
        after = page.next
      } while after != nil
      #expect(seen == (0..<20).map { "s-\(100 + $0)" })
    }
  }

  @Test("R8.9 the status tells success rates, the mean of the last 100 times, slow operations and the last error")
  func health() throws {
    try Self.run(.init(retry: .init(maxAttempts: 1), circuitBreaker: .init(consecutiveFailures: 1_000))) {
      manager, store, runtime in
      #expect(manager.healthStatus().state == .unknown)
      let id = try await manager.create().id
      for _ in 0..<79 { _ = try await manager.get(id) }
      store.trouble.isAway = true
      for _ in 0..<19 { _ = await Self.error { _ = try await manager.get(id) } }
      let good = manager.healthStatus()
      #expect(good.operations["get"]?.isHealthy == true)
      #expect(good.state == .healthy)
      for _ in 0..<10 { _ = await Self.error { _ = try await manager.get(id) } }
      let bad = manager.healthStatus()
      #expect(bad.operations["get"]?.isHealthy == false)
      #expect(bad.operations["get"]?.failed == 29)
      #expect(bad.state == .degraded)
      #expect(bad.lastError?.operation == .get)
      store.trouble = .init(delay: .seconds(12))
      for _ in 0..<20 { _ = await Self.error { _ = try await manager.get(id) } }
      let slow = manager.healthStatus()
      #expect(slow.slowOperations > 0)
      #expect((slow.averageResponseMilliseconds ?? 0) > 500)
    }
  }

  @Test("R8.9 a forced check really writes and reads, and closes the breaker when the store is back")
  func forcedCheck() throws {
    try Self.run(.init(retry: .init(maxAttempts: 1))) { manager, store, _ in
      let id = try await manager.create().id
      store.trouble.isAway = true
      for _ in 0..<5 { _ = await Self.error { _ = try await manager.get(id) } }
      let away = await manager.forceHealthCheck()
      #expect(away.serving == .fallback)
      #expect(away.state == .unhealthy)
      #expect(away.lastError?.operation == .check)
      store.trouble.isAway = false
      let asked = store.calls
      let back = await manager.forceHealthCheck()
      #expect(store.calls - asked == 3)
      #expect(back.serving == .primary)
      _ = try await manager.get(id)
      let left = try await store.keys(withPrefix: "", after: nil, limit: 10)
      #expect(left.count == 1)
    }
  }
}

import NIOCore
import Resilience
import ServerTestSupport
import Testing

@testable import ResilienceRedis

extension RedisServerTests {
  @Suite("Client")
  struct Client {
    @Test("commands and answers, in both versions of the protocol", arguments: [true, false])
    func speaks(prefersRESP3: Bool) async throws {
      let server = try await RedisServer()
      let client = try server.client { $0.prefersRESP3 = prefersRESP3 }
      try await client.send(RedisCommand("SET", "key", .bytes([0, 13, 10, 255])))
      #expect(try await client.send(RedisCommand("GET", "key")).bytes == [0, 13, 10, 255])
      #expect(try await client.send(RedisCommand("GET", "none")).isNull)
      #expect(try await client.send(RedisCommand("INCR", "n")).integer == 1)
      try await client.send(RedisCommand("HSET", "h", "a", "1"))
      let map = try await client.send(RedisCommand("HGETALL", "h"))
      #expect(map.elements?.compactMap(\.text) == ["a", "1"])
      if prefersRESP3 { #expect(map == .map([.bulkString([97]), .bulkString([49])])) }
      let refused = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("LPUSH", "key", "x")) }
      #expect(
        refused?.kind == .refused && refused?.transmission == .answered && refused?.detail.contains("WRONGTYPE") == true
      )
      let names = try await client.send(RedisCommand("CLIENT", "LIST")).text ?? ""
      #expect(names.contains("name=resilience"))
      await client.close()
      let closed = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("PING")) }
      #expect(closed?.kind == .closed)
    }

    @Test("a server without HELLO is spoken to in the older version, with user, password and database")
    func fallsBack() async throws {
      let server = try await RedisServer(["--rename-command", "HELLO", "", "--requirepass", "s3cret"])
      let client = try server.client {
        $0.password = "s3cret"
        $0.database = 3
      }
      try await client.send(RedisCommand("SET", "key", "value"))
      let other = try server.client { $0.password = "s3cret" }
      #expect(try await other.send(RedisCommand("GET", "key")).isNull)
      #expect(try await client.send(RedisCommand("HGETALL", "none")) == .array([]))
      await client.close()
      await other.close()
    }

    @Test("R13 wrong, missing and needless passwords are told with the remedy, and never shown")
    func passwords() async throws {
      let server = try await RedisServer(["--requirepass", "s3cret"])
      let admin = try server.client { $0.password = "s3cret" }
      try await admin.send(RedisCommand("ACL", "SETUSER", "ada", "on", ">lovelace", "~*", "&*", "+@all"))
      await admin.close()
      for (user, password) in [("ada", "hunter2"), (nil, "hunter2"), (nil, nil)] as [(String?, String?)] {
        let client = try server.client {
          $0.user = user
          $0.password = password
        }
        let error = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("GET", "x")) }
        #expect(error?.kind == .unauthenticated && error?.transmission == .neverSent, "\(String(describing: error))")
        #expect(!"\(error.map { "\($0)" } ?? "")".contains("hunter2"))
        await client.close()
      }
      let right = try server.client {
        $0.user = "ada"
        $0.password = "lovelace"
      }
      #expect(try await right.send(RedisCommand("PING")).text == "PONG")
      await right.close()
      let open = try await RedisServer()
      let needless = try open.client {
        $0.password = "hunter2"
        $0.prefersRESP3 = false  // HELLO takes any password of a user without one
      }
      let error = await #expect(throws: RedisError.self) { try await needless.send(RedisCommand("PING")) }
      #expect(error?.kind == .unauthenticated, "\(String(describing: error))")
      await needless.close()
    }

    @Test(
      "TLS with an authority of one's own; without it, or without TLS, the error says what to do",
      .enabled(if: RedisServer.speaksTLS, "this build of the server has no TLS"))
    func encrypts() async throws {
      let authority = try await TestAuthority()
      let server = try await RedisServer(tls: authority)
      let client = try server.client {
        $0.tls = .init(authorityFile: authority.authority, serverName: TestAuthority.name)
      }
      #expect(try await client.send(RedisCommand("PING")).text == "PONG")
      await client.close()
      let stranger = try server.client { $0.tls = .init(serverName: TestAuthority.name) }
      let error = await #expect(throws: RedisError.self) { try await stranger.send(RedisCommand("PING")) }
      #expect(error?.kind == .insecure && error?.remedy.contains("ca=FILE") == true, "\(String(describing: error))")
      await stranger.close()
      let plain = try server.client { $0.timeout = .seconds(1) }
      await #expect(throws: RedisError.self) { try await plain.send(RedisCommand("PING")) }
      await plain.close()
      let missing = #expect(throws: InvalidConfiguration.self) {
        try server.client { $0.tls = .init(authorityFile: "/nowhere.pem") }
      }
      #expect("\(missing.map { "\($0)" } ?? "")".contains("/nowhere.pem"))
    }

    @Test("2,000 commands at a time over one connection have each its own answer, in order")
    func pipelines() async throws {
      let server = try await RedisServer()
      let client = try server.client { $0.connections = 1 }
      let answers = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
        for number in 0..<2_000 {
          group.addTask { (number, try await client.send(RedisCommand("ECHO", .integer(Int64(number)))).text) }
        }
        return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      #expect(answers == Dictionary(uniqueKeysWithValues: (0..<2_000).map { ($0, "\($0)") }))
      let row = try await client.send(
        (0..<100).map { RedisCommand("ECHO", .integer($0)) } + [RedisCommand("LPUSH", "x")])
      #expect(row.prefix(100).map(\.integer) == (0..<100).map(Int64.init))
      if case .error = row[100] {} else { Issue.record("no refusal: \(row[100])") }
      await client.close()
    }

    @Test("more than may be under way is refused at once")
    func bounds() async throws {
      let server = try await RedisServer()
      let client = try server.client {
        $0.connections = 1
        $0.maxInFlight = 4
      }
      try await client.send(RedisCommand("PING"))
      server.pause()
      let kinds = await withTaskGroup(of: RedisError.Kind?.self) { group in
        for _ in 0..<20 {
          group.addTask {
            do throws(RedisError) {
              try await client.send(RedisCommand("PING"), timeout: .milliseconds(300))
              return nil
            } catch { return error.kind }
          }
        }
        return await group.reduce(into: [RedisError.Kind?: Int]()) { $0[$1, default: 0] += 1 }
      }
      server.resume()
      #expect(kinds[.overloaded, default: 0] >= 16 - 4 && kinds[nil] == nil, "\(kinds)")
      await client.close()
    }

    @Test("a late reply is discarded and the order is kept; a reply that never comes costs the connection")
    func deadlines() async throws {
      let server = try await RedisServer()
      let client = try server.client {
        $0.connections = 1
        $0.stallTimeout = .seconds(30)
      }
      try await client.send(RedisCommand("SET", "a", "1"))
      let connection = try await client.send(RedisCommand("CLIENT", "ID")).integer
      server.pause()
      let late = await #expect(throws: RedisError.self) {
        try await client.send(RedisCommand("INCR", "a"), timeout: .milliseconds(100))
      }
      #expect(late?.kind == .timedOut && late?.transmission == .unknown)
      server.resume()
      #expect(try await client.send(RedisCommand("GET", "a")).text == "2")
      #expect(try await client.send(RedisCommand("CLIENT", "ID")).integer == connection)
      await client.close()

      let impatient = try server.client {
        $0.connections = 1
        $0.stallTimeout = .milliseconds(200)
      }
      try await impatient.send(RedisCommand("PING"))
      server.pause()
      let lost = await #expect(throws: RedisError.self) { try await impatient.send(RedisCommand("INCR", "a")) }
      #expect(lost?.kind == .timedOut && lost?.transmission == .unknown, "\(String(describing: lost))")
      server.resume()
      #expect(try await impatient.send(RedisCommand("PING")).text == "PONG")
      await impatient.close()
    }

    @Test("a script is sent by its digest, and whole when the server has forgotten it")
    func scripts() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let script = RedisScript("sum", source: "return redis.call('INCRBY', KEYS[1], ARGV[1])")
      #expect(try await client.run(script, keys: ["n"], [2]).integer == 2)
      try await client.send(RedisCommand("SCRIPT", "FLUSH"))
      #expect(try await client.run(script, keys: ["n"], [3]).integer == 5)
      #expect(try await client.run(script, keys: ["n"], [4]).integer == 9)
      let wrong = RedisScript("wrong", source: "return redis.call('NOPE')")
      let error = await #expect(throws: RedisError.self) { try await client.run(wrong, keys: []) }
      #expect(error?.detail.contains("'wrong'") == true)
      await client.close()
    }

    @Test("closing waits for the commands under way, and takes no more")
    func closes() async throws {
      let server = try await RedisServer()
      let client = try server.client {
        $0.connections = 1
        $0.timeout = .seconds(60)
        $0.stallTimeout = .seconds(60)
      }
      try await client.send(RedisCommand("PING"))
      server.pause()
      async let answer = client.send(RedisCommand("INCR", "n"))
      let held = client
      try await eventually("the command is under way") { await held.inFlight == 1 }
      async let closing: Void = client.close(within: .seconds(120))
      try await eventually("the client is closed") {
        do throws(RedisError) {
          try await held.send(RedisCommand("PING"), timeout: .milliseconds(50))
          return false
        } catch { return error.kind == .closed }
      }
      server.resume()
      #expect(try await answer.integer == 1)
      await closing
    }

    @Test("messages reach subscribers of both versions, who are told of interruptions", arguments: [true, false])
    func subscribes(prefersRESP3: Bool) async throws {
      let server = try await RedisServer()
      let line = try await CuttableLine(to: server.port)
      let listener = try server.client {
        $0.port = line.port
        $0.prefersRESP3 = prefersRESP3
      }
      let publisher = try server.client()
      var messages = listener.subscribe(to: ["one", "two"]).makeAsyncIterator()
      #expect(await messages.next() == .subscribed)
      try await publisher.send(RedisCommand("PUBLISH", "two", "hello"))
      #expect(await messages.next() == .message(channel: "two", payload: Array("hello".utf8)))
      line.cut()
      guard case .interrupted? = await messages.next() else { throw Trouble("no interruption") }
      line.join()
      while let message = await messages.next(), message != .subscribed {}
      try await publisher.send(RedisCommand("PUBLISH", "one", "again"))
      #expect(await messages.next() == .message(channel: "one", payload: Array("again".utf8)))
      await line.close()
      await publisher.close()
      await listener.close()
    }

    @Test("nobody there, and somebody who is no Redis, are told apart")
    func wrongAddresses() async throws {
      var nobody = RedisConfiguration(port: try FreePort.take())
      nobody.timeout = .seconds(2)
      let client = try RedisClient(nobody)
      let error = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("PING")) }
      #expect(error?.kind == .unreachable && error?.transmission == .neverSent, "\(String(describing: error))")
      await client.close()
    }
  }
}

import Resilience
import ServerTestSupport
import Testing

@testable import ResilienceRedis

extension RedisServerTests {
  @Suite("Start-up check")
  struct Check {
    private static func report(_ settings: [String]) async throws -> RedisReport {
      let server = try await RedisServer(settings)
      let client = try server.client()
      let report = try await RedisStartupCheck(client, prefix: "t:").run()
      await client.close()
      return report
    }

    @Test("R5 a server that may lose acknowledged work is taken with a warning that says so")
    func warns() async throws {
      let safe = try await Self.report(["--appendonly", "yes", "--appendfsync", "always"])
      #expect(safe.warnings == [] && safe.version.hasPrefix("7") || safe.isValkey, "\(safe)")
      #expect(try await Self.report([]).warnings.map(\.kind) == [.snapshotsOnly])
      let late = try await Self.report(["--appendonly", "yes"]).warnings
      #expect(late.map(\.kind) == [.synchronizedLate] && late[0].remedy.contains("appendfsync always"))
      let evicting = try await Self.report([
        "--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru",
      ])
      #expect(evicting.warnings.map(\.kind) == [.evicts] && "\(evicting.warnings)".contains("noeviction"))
    }

    @Test("R5 what cannot work is refused with the reason: nobody there, a replica, a cluster, too few rights")
    func refuses() async throws {
      let primary = try await RedisServer()
      let replica = try await RedisServer(["--replicaof", "127.0.0.1", "\(primary.port)"])
      let cluster = try await RedisServer(["--cluster-enabled", "yes", "--cluster-port", "\(FreePort.take())"])
      let nobody = try FreePort.take()
      for (port, kind) in [
        (replica.port, RedisError.Kind.readOnly), (cluster.port, .clustered), (nobody, .unreachable),
      ] {
        let client = try primary.client {
          $0.port = port
          $0.timeout = .milliseconds(500)
        }
        let error = await #expect(throws: RedisError.self) { try await RedisStartupCheck(client, prefix: "t:").run() }
        #expect(error?.kind == kind && error?.remedy.isEmpty == false, "\(String(describing: error))")
        await client.close()
      }
      let admin = try primary.client()
      let rules: [RedisArgument] = ["ACL", "SETUSER", "eve", "on", ">pw", "~t:*", "+@all", "-zadd"].dropFirst().map {
        $0
      }
      try await admin.send(RedisCommand("ACL", rules))
      let eve = try primary.client {
        $0.user = "eve"
        $0.password = "pw"
      }
      let error = await #expect(throws: RedisError.self) { try await RedisStartupCheck(eve, prefix: "t:").run() }
      #expect(
        error?.kind == .forbidden && error?.remedy.contains("ACL SETUSER") == true, "\(String(describing: error))")
      await eve.close()
      await admin.close()
    }

    @Test("a user who may only use the prefix, and not ask for the configuration, is enough")
    func leastRights() async throws {
      let server = try await RedisServer(["--appendonly", "yes"])
      let admin = try server.client()
      try await admin.send(
        RedisCommand("ACL", "SETUSER", "eve", "on", ">pw", "~t:*", "&t:*", "+@all", "-@admin", "-@dangerous", "+info"))
      let eve = try server.client {
        $0.user = "eve"
        $0.password = "pw"
      }
      let report = try await RedisStartupCheck(eve, prefix: "t:").run()
      #expect(report.warnings.map(\.kind) == [.synchronizationUnknown])
      let other = await #expect(throws: RedisError.self) { try await RedisStartupCheck(eve, prefix: "u:").run() }
      #expect(other?.kind == .forbidden)
      await eve.close()
      await admin.close()
    }
  }
}

import Resilience
import ResilienceInterfaces
import ResiliencePostgreSQL
import ServerTestSupport
import Testing

extension PostgreSQLServerTests {
  @Suite("TLS with a private authority")
  struct TLS {
    @Test("R5.2 a private authority is trusted where it is named; another one, another name and plain text are refused")
    func verified() async throws {
      let server = try await PostgreSQLServer()
      let (ours, other) = try await (TestAuthority(readableBy: "postgres"), TestAuthority(readableBy: "postgres"))
      try server.sql("ALTER SYSTEM SET ssl_cert_file = '\(ours.certificate)'")
      try server.sql("ALTER SYSTEM SET ssl_key_file = '\(ours.key)'")
      try server.sql("ALTER SYSTEM SET ssl = on")
      try server.demandTLS()
      func url(_ host: String, _ rest: String) -> String {
        "postgresql://postgres@\(host):\(server.port)/postgres?hostaddr=127.0.0.1&\(rest)"
      }
      func open(_ url: String) async throws -> PostgreSQLDatabase {
        var configuration = try PostgreSQLConfiguration(url: url)
        configuration.timeout = .seconds(5)
        return try await PostgreSQLDatabase(configuration)
      }
      func failure(_ url: String) async -> StoreFailure? {
        do { try await open(url).close() } catch { return error as? StoreFailure }
        return nil
      }
      let trusted = "sslmode=verify-full&sslrootcert=\(ours.authority)"
      // The settings are read again in the background.
      try await eventually(within: .seconds(30), "it speaks TLS") {
        await failure(url(TestAuthority.name, trusted)) == nil
      }
      let store = PostgreSQLQueueStore(try await open(url(TestAuthority.name, trusted)))
      _ = try await store.enqueue([QueueDraft(id: "a", queue: "q", payload: [1])], bound: QueueBound())
      #expect(try await store.item(withID: "a")?.payload == [1])
      let strangers = [
        url(TestAuthority.name, "sslmode=verify-full&sslrootcert=\(other.authority)"),
        url("elsewhere.example", trusted),
      ]
      for stranger in strangers {
        let refusal = await failure(stranger)
        #expect(refusal?.kind == .unreachable && refusal?.remedy.contains("sslrootcert") == true, "\(refusal as Any)")
      }
      let plain = await failure(url(TestAuthority.name, "sslmode=disable"))
      #expect(plain?.kind == .permissionDenied, "\(plain as Any)")
    }
  }
}

import ResilienceConfiguration
import Testing

@Suite("Health checks in a configuration")
struct HealthSettingsTests {
  private static let file = """
    defaults: { health: { interval: 5s } }
    dependencies:
      api: { url: "https://api.example/v1", health: { path: /health }, circuitBreaker: { healthAware: true }, dependsOn: [db] }
      plain: { url: "http://plain.example:81" }
      db: { criticality: critical, health: { url: "postgresql://me@db.example/shop", interval: 2s } }
    """

  @Test("R9.2 a path is asked for at the dependency's URL, under the schedule of defaults and its own")
  func path() throws {
    let configuration = try load(Self.file).configuration
    let api = configuration.dependencies[0]
    let url = UpstreamURL(scheme: .https, host: "api.example", path: "/v1/health")
    #expect(
      api.health.target(at: UpstreamURL(scheme: .https, host: "api.example", path: "/v1"))
        == .http(url, slowFrom: nil, tls: nil))
    #expect(api.health.schedule.interval == .seconds(5) && api.health.schedule.timeout == .seconds(10))
    #expect(api.circuitBreaker.isHealthAware)
    #expect(!configuration.dependencies[1].health.isConfigured)
  }

  @Test("R9.3 what is only checked stands among the dependencies, and others may need it")
  func watched() throws {
    let configuration = try load(Self.file).configuration
    #expect(configuration.names == ["api", "plain", "db"])
    let db = try #require(configuration.watched.first)
    let server = CheckServer(host: "db.example", port: 5_432, user: "me", name: "shop")
    #expect(db.name == "db" && db.criticality == .critical && db.health.target(at: nil) == .postgresql(server))
    #expect(db.health.schedule.interval == .seconds(2))
    #expect(configuration.settingValues.contains { $0.key == "dependencies.db.health.interval" && $0.text == "2s" })
  }

  @Test(
    "R9.2 a URL says what is checked, by its scheme; without its password",
    arguments: [
      ("http://h:81/x", "GET http://h:81/x"), ("tcp://h:9", "connect to h:9"), ("dns:h.example", "resolve h.example"),
      ("tls://h", "certificate of h:443"), ("redis://:secret@h", "Redis PING at h:6379"),
      ("redis://me:s%40cret@[::1]:7", "Redis PING at [::1]:7"), ("postgresql://h", "PostgreSQL at h:5432"),
      ("grpc://h:1/a.B", "gRPC health at h:1/a.B"), ("sqlite:data/x.db", "SQLite file data/x.db"),
    ])
  func schemes(url: String, description: String) throws {
    let loaded = try load("dependencies: { x: { health: { url: '\(url)' } } }")
    let health = try #require(loaded.configuration.watched.first?.health)
    #expect(health.target(at: nil)?.description == description)
    let shown = loaded.configuration.settingValues.map(\.text).joined()
    #expect(!shown.contains("secret") && !shown.contains("s@cret"))
  }

  @Test(
    "R9.2 a kind looks at the dependency's own host and port",
    arguments: [
      ("tcp", "connect to api.example:8443"), ("dns", "resolve api.example"),
      ("tls", "certificate of api.example:8443"),
      ("grpc", "gRPC health at api.example:8443"), ("http", "GET https://api.example:8443/v1"), ("memory", "memory"),
      ("disk", "room at ."), ("eventLoop", "event-loop lag"),
    ])
  func kinds(kind: String, description: String) throws {
    let text = "dependencies: { x: { url: 'https://api.example:8443/v1', health: { kind: \(kind) } } }"
    let dependency = try load(text).configuration.dependencies[0]
    guard case .http(let url) = dependency.url else { return }
    #expect(dependency.health.target(at: url)?.description == description)
  }

  @Test("The documents' variables set schedule and depth below the file, and switch all checks off")
  func variables() throws {
    let environment = [
      "HEALTH_CHECKS_ENABLED": "false", "HEALTH_CHECK_INTERVAL_SECONDS": "7", "HEALTH_CHECK_TIMEOUT_SECONDS": "3",
      "DEEP_HEALTH_CHECKS_ENABLED": "false",
    ]
    let text = """
      dependencies:
        a: { url: "http://a.example", health: { path: /health } }
        b: { url: "http://b.example", health: { path: /health, interval: 1s, deep: true } }
        c: { url: "http://c.example" }
        d: { health: { url: "redis://:pw@d.example" } }
      """
    let loaded = try load(text, environment)
    let (a, b, c) = (
      loaded.configuration.dependencies[0], loaded.configuration.dependencies[1], loaded.configuration.dependencies[2]
    )
    #expect(!loaded.configuration.health.isEnabled && loaded.notes.isEmpty)
    #expect(a.health.schedule.interval == .seconds(7) && b.health.schedule.interval == .seconds(1))
    #expect(a.health.schedule.timeout == .seconds(3) && !a.health.isDeep && b.health.isDeep)
    #expect(!c.health.isConfigured)
    #expect(loaded.configuration.watched[0].health.target(at: nil) == .tcp(CheckServer(host: "d.example", port: 6_379)))
    #expect(try load("health: { enabled: true }\n" + text, environment).configuration.health.isEnabled)
  }

  @Test("`health: false` takes a check of defaults away, and a path of defaults is not asked for where another URL is")
  func inherited() throws {
    let text = """
      defaults: { health: { path: /health } }
      dependencies:
        a: { url: "http://a.example" }
        b: { url: "http://b.example", health: false }
        c: { url: "http://c.example", health: { url: "redis://c.example" } }
        d: { health: { url: "tcp://d.example:5" } }
      """
    let configuration = try load(text).configuration
    #expect(configuration.dependencies.map(\.health.effectiveKind) == [.http, .http, .redis])
    #expect(configuration.dependencies.map(\.health.isConfigured) == [true, false, true])
    #expect(configuration.watched.map(\.health.effectiveKind) == [.tcp])
  }

  @Test("A reload that adds, changes or removes what is only checked is told by key")
  func reload() throws {
    let before = try load(Self.file).configuration
    let changed = try load(Self.file.replacing("interval: 2s", with: "interval: 3s")).configuration
    let plan = ReloadPlan(from: before, to: changed)
    #expect(plan.changes.map(\.key) == ["dependencies.db.health.interval"] && plan.pending.isEmpty)
    let without = try load(
      Self.file.replacing(", dependsOn: [db]", with: "").split(separator: "\n").dropLast().joined(separator: "\n"))
    #expect(ReloadPlan(from: before, to: without.configuration).removed == ["db"])
  }

  @Test("The explanation says how it is looked at, and that the breaker follows the check")
  func explained() throws {
    let explanation = try #require(PipelineExplanation.all(of: try load(Self.file).configuration).first)
    #expect(explanation.health?.contains("every 5s: GET https://api.example/v1/health") == true)
    #expect(explanation.description.contains("The health check opens it before callers fail"))
  }
}

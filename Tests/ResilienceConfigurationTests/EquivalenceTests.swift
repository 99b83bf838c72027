import ResilienceConfiguration
import Testing

@Suite("Files that mean the same")
struct EquivalenceTests {
  static let plain = """
    service: shop
    dependencies:
      api:
        url: http://localhost:8000/v1
        timeout: 90s
        retry: { maxAttempts: 4, methods: [GET, PUT], jitter: none }
        circuitBreaker: { failureRateThreshold: 0.5, window: 100 calls }
        bulkhead: { maxConcurrent: 5 }
        maxBodyBytes: 1MiB
        fallback:
          - staleCache: { maxAge: 1h }
          - template: { body: '{"a": 1}' }
      other:
        url: https://other.example
    """

  static let variants: [String: String] = [
    "JSON": #"""
    {"service": "shop", "dependencies": {"api": {"url": "http:\/\/localhost:8000\/v1", "timeout": "90s",
    	"retry": {"maxAttempts": 4, "methods": ["GET", "PUT"], "jitter": "none"},
      "circuitBreaker": {"failureRateThreshold": 0.5, "window": "100 calls"}, "bulkhead": {"maxConcurrent": 5},
      "maxBodyBytes": 1048576, "fallback": [{"staleCache": {"maxAge": "1h"}}, {"template": {"body": "{\"a\": 1}"}}]},
      "other": {"url": "https://other.example"}}}
    """#,
    "quotes": plain.replacing("90s", with: "'90s'").replacing("4,", with: "\"4\",").replacing("api:", with: "'api':"),
    "units": plain.replacing("90s", with: "1.5m").replacing("1h", with: "3600s").replacing("1MiB", with: "1024KiB"),
    "numbers": plain.replacing("0.5", with: "5e-1").replacing("1MiB", with: "1048576"),
    "upper host and slash": plain.replacing("localhost:8000/v1", with: "LocalHost:8000/v1/"),
    "port of the scheme": plain.replacing("other.example", with: "other.example:443/"),
    "anchors": """
    x-methods: &methods [GET, PUT]
    x-base: &base { url: "http://localhost:8000/v1", timeout: 1s, maxBodyBytes: 1MiB }
    x-more: &more { timeout: 2s, bulkhead: { maxConcurrent: 5 } }
    service: shop
    dependencies:
      api:
        <<: [*base, *more]
        timeout: 90s
        retry: { maxAttempts: 4, methods: *methods, jitter: none }
        circuitBreaker: { failureRateThreshold: 0.5, window: 100 calls }
        fallback: [{ staleCache: { maxAge: 1h } }, { template: { body: '{"a": 1}' } }]
      other: { url: https://other.example }
    """,
    "another order": """
    dependencies:
      api:
        fallback: [{ staleCache: }, { template: { body: '{"a": 1}' } }]
        maxBodyBytes: 1MiB
        bulkhead: { maxConcurrent: 5, enabled: yes }
        circuitBreaker: { window: 100 calls, failureRateThreshold: .5 }
        retry: { jitter: none, methods: [GET, PUT], maxAttempts: 4 }
        timeout: 90000ms
        url: http://localhost:8000/v1
      other: { url: https://other.example }
    service: shop
    """,
    "comments and Windows line ends": ("# a comment\n\n" + plain + "\n# the end\n").replacing("\n", with: "\r\n"),
    "document marks": "%YAML 1.1\n---\n" + plain + "\n...\n",
    "byte order mark": "\u{FEFF}" + plain,
    "variables": plain.replacing("shop", with: "${SERVICE}").replacing("90s", with: "${UNSET_HERE:-90}s"),
  ]

  @Test("R12.6 the same configuration written otherwise is equal", arguments: variants.keys.sorted())
  func equal(variant: String) throws {
    let wanted = try load(Self.plain).configuration
    let text = try #require(Self.variants[variant])
    // `defaults` is told apart from what the dependencies have; only the dependencies count here.
    #expect(try load(text, ["SERVICE": "shop"]).configuration == wanted)
  }

  @Test("JSON may write characters beyond the basic plane as two escapes")
  func surrogates() throws {
    let text =
      #"{"dependencies": {"api": {"url": "http://localhost", "fallback": [{"template": {"body": "\"\uD83D\uDE00\""}}]}}}"#
    let configuration = try load(text.replacing("\"\\\"\\u", with: "\"\\\"\\u")).configuration
    #expect(configuration.dependencies[0].fallback == [.template(TemplateConfiguration(body: "\"😀\""))])
  }

  @Test("`$${` stands for a plain `${`, a set variable wins over its default, an empty one does not")
  func expansion() throws {
    func body(_ text: String) throws -> String? {
      let lines = "fallback: [{ template: { contentType: text/plain, body: '\(text)' } }]"
      let environment = ["SET": "value", "EMPTY": ""]
      guard case .template(let template)? = try dependency(lines, environment).fallback.first else { return nil }
      return template.body
    }
    #expect(try body("$${SET}") == "${SET}")
    #expect(try body("a ${SET:-other} b") == "a value b")
    #expect(try body("${EMPTY:-other}") == "other")
    #expect(try body("${EMPTY}${SET}") == "value")
    #expect(try body("${UNSET:-}|$|{SET}") == "|$|{SET}")
  }

  @Test("false, true and null switch policies", arguments: ["false", "off", "no", "'false'", "{ enabled: false }"])
  func switches(off: String) throws {
    let dependency = try dependency("retry: \(off)\ncircuitBreaker: \(off)\nbulkhead: \(off)\ncache: \(off)")
    #expect(!dependency.retry.isEnabled)
    #expect(!dependency.circuitBreaker.isEnabled)
    #expect(!dependency.bulkhead.isEnabled)
    #expect(!dependency.cache.isEnabled)
  }

  @Test("true or any key of its own switches a policy on that is off by default; null changes nothing")
  func switchesOn() throws {
    let on = try dependency("bulkhead: true\ncache: { maxEntries: 5 }\nretry:\n")
    #expect(on.bulkhead.isEnabled)
    #expect(on.cache.isEnabled)
    #expect(on.retry == RetryConfiguration())
    #expect(try !dependency("bulkhead: ~").bulkhead.isEnabled)
  }

  @Test("a count window lowers the default minimum of calls to its size")
  func countWindow() throws {
    let small = try dependency("circuitBreaker: { window: 10 calls }").circuitBreaker
    #expect(small.window == .count(10))
    #expect(small.minimumCalls == 10)
    #expect(try dependency("circuitBreaker: { window: 100 calls }").circuitBreaker.minimumCalls == 20)
  }

  @Test("built-in upstreams and IPv6 upstreams are understood")
  func upstreams() throws {
    func url(_ text: String) throws -> UpstreamLocation {
      try load("dependencies: { api: { url: '\(text)' } }").configuration.dependencies[0].url
    }
    #expect(try url("example:steady") == .example("steady"))
    let local = UpstreamURL(scheme: .http, host: "::1", port: 8080, path: "/a%20b")
    #expect(try url("http://[::1]:8080/a%20b") == .http(local))
    #expect(local.description == "http://[::1]:8080/a%20b")
    #expect(local.authority == "[::1]:8080")
  }
}

extension EquivalenceTests {
  /// The same configuration in another spelling, by a seed: keys in another order, quotes, units, JSON, comments.
  static func respelled(_ seed: UInt64) -> String {
    var random = SplitMix(state: seed)
    var api = [
      "url": "http://localhost:8000/v1", "timeout": "90s", "maxBodyBytes": "1MiB", "bulkhead": "{ maxConcurrent: 5 }",
      "retry": "{ maxAttempts: 4, methods: [GET, PUT], jitter: none }",
      "circuitBreaker": "{ failureRateThreshold: 0.5, window: 100 calls }",
      "fallback": #"[{ staleCache: { maxAge: 1h } }, { template: { body: '{"a": 1}' } }]"#,
    ]
    func choose(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }
    api["timeout"] = choose(["90s", "'90s'", "\"90s\"", "1.5m", "90000ms", "90000000us", "0.025h"])
    api["maxBodyBytes"] = choose(["1MiB", "1048576", "1024KiB", "\"1048576B\"", "'1MiB'"])
    api["retry"] = choose([
      "{ maxAttempts: 4, methods: [GET, PUT], jitter: none }",
      "{ jitter: 'none', methods: ['GET', \"PUT\"], maxAttempts: '4' }",
      "{ enabled: yes, methods: &methods [GET, PUT], maxAttempts: 4, jitter: none }",
      #"{"maxAttempts": 4, "methods": ["GET", "PUT"], "jitter": "none"}"#,
    ])
    api["circuitBreaker"] = choose([
      "{ failureRateThreshold: 0.5, window: 100 calls }", "{ window: '100 calls', failureRateThreshold: 5e-1 }",
      "{ window: 100 calls, failureRateThreshold: .5, minimumCalls: 20, enabled: on }",
    ])
    api["fallback"] = choose([
      #"[{ staleCache: { maxAge: 1h } }, { template: { body: '{"a": 1}' } }]"#,
      #"[{ staleCache: { maxAge: 3600s } }, { template: { body: "{\"a\": 1}", status: 200 } }]"#,
      "\n      - staleCache:\n      - template: { body: '{\"a\": 1}' }",
    ])
    let comment = choose(["", "  # a comment", "   "])
    let lines = api.keys.sorted().shuffled(using: &random).map { key in
      "    \(choose([key, "'\(key)'", "\"\(key)\""])): \(api[key] ?? "")\(comment)\n"
    }
    let dependencies =
      "dependencies:\n  api:\n\(lines.joined())  other: { url: \(choose(["https://other.example", "'https://other.example:443/'"])) }\n"
    let service = "service: \(choose(["shop", "'shop'", "${SERVICE}", "${UNSET:-shop}"]))\n"
    let text = choose([service + dependencies, dependencies + service, "---\n# head\n" + service + "\n" + dependencies])
    return choose([text, text.replacing("\n", with: "\r\n")])
  }

  @Test("R12.6 2,000 spellings of one configuration are read as equal")
  func manySpellings() async throws {
    let wanted = try load(Self.plain).configuration
    var texts: Set<String> = []
    for seed in 0..<2_000 as Range<UInt64> {
      let text = Self.respelled(seed)
      texts.insert(text)
      let found = try load(text, ["SERVICE": "shop"]).configuration
      #expect(found == wanted, "seed \(seed): \(SettingChange.between(wanted, found))")
      await Task.yield()
    }
    #expect(texts.count > 1_900)
  }
}

extension FaultCases {
  private static func url(_ label: String, _ url: String) -> FaultCase {
    FaultCase("URL \(label)", "dependencies:\n  api:\n    url: '\(url)'  #! invalid-value dependencies.api.url 10\n")
  }

  private static func name(_ label: String, _ name: String, _ rule: String = "invalid-value") -> FaultCase {
    FaultCase(
      "name \(label)", "dependencies:\n  '\(name)': { url: http://localhost }  #! \(rule) dependencies.\(name) 3\n")
  }

  /// The sections of the service, URLs and names.
  static let services: [FaultCase] = [
    url("without scheme", "localhost:80"), url("with another scheme", "ftp://localhost"),
    url("with credentials", "http://me:secret@localhost"), url("with a user", "http://me@localhost"),
    url("with a fragment", "http://localhost/#top"), url("with a query", "http://localhost/?a=b"),
    url("without host", "http:///path"), url("with an odd port", "http://localhost:99999"),
    url("with a port of letters", "http://localhost:http"), url("with a space", "http://local host"),
    url("with half an IPv6 address", "http://[::1"), url("with dot segments", "http://localhost/a/../b"),
    url("with hidden dot segments", "http://localhost/%2e%2E/b"),
    url("with odd percent-encoding", "http://localhost/%zz"),
    url("with an address that is none", "http://10.0.0.999"), url("of an odd example", "example:Not Good"),
    url("empty after scheme", "https://"), url("with an empty port", "http://localhost:"),
    name("with capitals", "OpenAI"), name("with a point", "open.ai"), name("with a dash first", "-api"),
    name("of another script", "größe"), name("that is reserved", "_resilience", "reserved-name"),
    name("with an underscore first", "_api"),
    FaultCase("URL missing", "dependencies:\n  api: { timeout: 5s }  #! missing-key dependencies.api.url"),
    FaultCase("URL missing in an empty section", "dependencies:\n  api:  #! missing-key dependencies.api.url"),
    FaultCase("dependency as text", "dependencies:\n  api: http://localhost  #! wrong-type dependencies.api"),
    FaultCase(
      "depends on a variable's name",
      "dependencies:\n  api: { url: http://localhost, dependsOn: ['${TEST_NAME:-db}'] }  #! unknown-dependency dependencies.api.dependsOn[0]"
    ),
    FaultCase("dependencies as list", "dependencies: [api]  #! wrong-type dependencies"),
    FaultCase("no dependency", "dependencies: {}  #! out-of-range dependencies"),
    FaultCase("dependencies missing", "service: shop  #! missing-key dependencies"),
    FaultCase("text instead of a section", "hello  #! wrong-type"),
    FaultCase("list instead of a section", "- hello  #! wrong-type"),
    .service("unknown top-level key", "dependecies: {}  #! unknown-key dependecies 1"),
    .service("service name", "service: My Shop  #! invalid-value service"),
    .service("code prefix", "errors: { codePrefix: orc }  #! invalid-value errors.codePrefix"),
    .service("storage", "storage: { url: 'mysql://db' }  #! invalid-value storage.url"),
    .service("storage without file", "storage: { url: 'sqlite:' }  #! invalid-value storage.url"),
    .service("gateway's address", "gateway: { listen: 8080 }  #! invalid-value gateway.listen"),
    .service(
      "gateway's limit", "gateway: { limits: { maxHeadBytes: 1 } }  #! out-of-range gateway.limits.maxHeadBytes"),
    .service("trusted proxy", "gateway: { trustedProxies: [10.0.0.0/33] }  #! invalid-value gateway.trustedProxies[0]"),
    .service(
      "gateway's key missing", "gateway: { tls: { certificateFile: a.pem } }  #! missing-key gateway.tls.keyFile"),
    .service("same port", "operations: { listen: '127.0.0.1:8080' }  #! duplicate-listen operations.listen"),
    .service("same port by default", "gateway: { listen: '127.0.0.1:8081' }  #! duplicate-listen gateway.listen"),
    .service(
      "operations open to all", "operations: { listen: '0.0.0.0:8081' }  #! exposed-operations operations.listen"),
    .service(
      "operations open on an address",
      "operations: { listen: '192.168.1.5:8081' }  #! exposed-operations operations.listen"),
    .service("operations open on IPv6", "operations: { listen: '[::]:8081' }  #! exposed-operations operations.listen"),
    .service(
      "operations open with empty operators",
      "operations: { listen: '0.0.0.0:8081', operators: [] }  #! exposed-operations operations.listen"),
    .service("token too short", "operations: { token: short }  #! invalid-value operations.token"),
    .service("token unset", "operations: { token: '${TEST_TOKEN}' }  #! unset-variable operations.token"),
    .service(
      "operators of one name",
      "operations:\n  operators:\n    - { name: ann, token: 0123456789 }\n    - { name: ann, token: 9876543210 }  #! duplicate-name operations.operators[1].name"
    ),
    .service(
      "operators of one token",
      "operations:\n  operators:\n    - { name: ann, token: 0123456789 }\n    - { name: bob, token: 0123456789 }  #! duplicate-name operations.operators[1].token"
    ),
    .service(
      "operator without token",
      "operations: { operators: [{ name: ann }] }  #! missing-key operations.operators[0].token"),
    .service(
      "operator's role",
      "operations: { operators: [{ name: ann, token: 0123456789, role: boss }] }  #! out-of-range operations.operators[0].role"
    ),
    .service("defaults with a key of its own", "defaults: { url: http://localhost }  #! unknown-key defaults.url"),
    .service("defaults out of range, reported once", "defaults: { timeout: 0s }  #! out-of-range defaults.timeout"),
    .service(
      "health in defaults, reported once",
      "defaults: { health: { rise: 0 } }  #! out-of-range defaults.health.rise"),
    .service("waiting for health for ever", "health: { waitForHealthy: 2h }  #! out-of-range health.waitForHealthy"),
    .service("system check of a wrong key", "health: { memory: { path: / } }  #! unknown-key health.memory.path"),
    .service(
      "event loop's share", "health: { eventLoop: { failFrom: 1 } }  #! wrong-unit health.eventLoop.failFrom"),
    FaultCase(
      "a watched dependency without a target",
      "dependencies:\n  db: { health: { kind: redis } }  #! contradiction dependencies.db.health.kind"),
    FaultCase(
      "a watched dependency with policies",
      "dependencies:\n  db: { health: { url: 'redis://h' }, timeout: 3s }  #! unknown-key dependencies.db.timeout"),
    FaultCase(
      "a watched dependency that is checked by nothing",
      "dependencies:\n  db: { health: false }  #! missing-key dependencies.db.url"),
    FaultCase(
      "a cycle through what is watched",
      """
      dependencies:
        a: { url: http://a, dependsOn: [b] }  #! dependency-cycle dependencies.a.dependsOn
        b: { health: { url: 'redis://h' }, dependsOn: [a] }
      """),
    .service("defaults as value", "defaults: 5  #! wrong-type defaults"),
    .service("text in place of the gateway", "gateway: yes  #! wrong-type gateway"),
    .service(
      "unknown key in an operator",
      "operations: { operators: [{ name: ann, token: 0123456789, roles: x }] }  #! unknown-key operations.operators[0].roles"
    ),
    .service(
      "tiers that share too much",
      "tiers: { classes: [{ name: a, share: 0.6 }, { name: b, share: 0.5 }] }  #! contradiction tiers.classes"),
    .service("tier twice", "tiers: { classes: [{ name: a }, { name: a }] }  #! duplicate-name tiers.classes[1].name"),
    .service("default tier that is none", "tiers: { default: gold }  #! invalid-value tiers.default"),
    .service("tier without a name", "tiers: { classes: [{ share: 0.5 }] }  #! missing-key tiers.classes[0].name"),
    .service("trusting nobody real", "tiers: { trust: [everybody] }  #! invalid-value tiers.trust[0]"),
    .service("shared bulkheads as a section", "bulkheads: {}  #! wrong-type bulkheads"),
    .service("bulkhead twice", "bulkheads: [{ name: a }, { name: a }]  #! duplicate-name bulkheads[1].name"),
    .service("shared bulkhead that shares", "bulkheads: [{ name: a, shared: b }]  #! unknown-key bulkheads[0].shared"),
    .service(
      "a mode's unknown dependency",
      "modes: { partial: { when: [ { dependencies: [apy] } ] } }  #! unknown-dependency modes.partial.when[0].dependencies[0]"
    ),
    .service(
      "a mode's unknown toggle",
      "modes: { offline: { togglesOff: [beta] } }  #! invalid-value modes.offline.togglesOff[0]"),
    .service(
      "a mode that cannot be entered", "modes: { readOnly: { writes: drop } }  #! out-of-range modes.readOnly.writes"),
    .service(
      "a toggle twice",
      "toggles: { features: [ { name: a }, { name: a } ] }  #! duplicate-name toggles.features[1].name"),
    .service(
      "a toggle's share",
      "toggles: { features: [ { name: a, percentage: 101 } ] }  #! out-of-range toggles.features[0].percentage"),
    .service(
      "a toggle's unknown dependency",
      "toggles: { features: [ { name: a, dependencies: [apy] } ] }  #! unknown-dependency toggles.features[0].dependencies[0]"
    ),
    .service(
      "a webhook without a secret",
      "notices: { webhooks: [ { url: \"http://localhost\" } ] }  #! missing-key notices.webhooks[0].secret"),
    .service("planned alerts", "alerts: {}  #! not-available alerts"),
    .service(
      "a store for sessions that is none", "sessions: { store: \"mongodb://x\" }  #! invalid-value sessions.store"),
    .service(
      "a fallback that others share", "sessions: { fallback: \"redis://x\" }  #! invalid-value sessions.fallback"),
    .service(
      "a fallback that is the store",
      "sessions: { store: \"sqlite:s.db\", fallback: \"sqlite:s.db\" }  #! contradiction sessions.fallback"),
    .service(
      "half of the credentials",
      "sessions: { store: \"dynamodb:sessions\", dynamodb: { accessKeyId: a } }  "
        + "#! contradiction sessions.dynamodb.accessKeyId"),
    .service(
      "an identity provider without a name",
      "sessions: { identityProvider: { audience: a } }  #! missing-key sessions.identityProvider.issuer"),
  ]

  /// More than one fault in a file.
  static let several: [FaultCase] = [
    FaultCase(
      "faults of all kinds at once",
      """
      servise: shop  #! unknown-key servise 1
      errors: { codePrefix: orc }  #! invalid-value errors.codePrefix
      operations: { listen: 0.0.0.0:9000 }  #! exposed-operations operations.listen
      tiers: { gold: 1 }  #! unknown-key tiers.gold
      defaults: { timeout: 5x }  #! wrong-unit defaults.timeout
      dependencies:
        one: { url: http://localhost, timeout: 0s }  #! out-of-range dependencies.one.timeout
        two:  #! missing-key dependencies.two.url
          retry: { maxAttempts: three, jitter: full, jitter: none }  #! wrong-type dependencies.two.retry.maxAttempts #! duplicate-key dependencies.two.retry.jitter
          dependsOn: [three, one]  #! dependency-cycle dependencies.two.dependsOn
        three:
          url: http://user@host  #! invalid-value dependencies.three.url
          dependsOn: [two, four]  #! unknown-dependency dependencies.three.dependsOn[1]
      """),
    FaultCase(
      "duplicates in several sections and one twice",
      """
      service: a
      service: b
      service: c  #! duplicate-key service 1 #! duplicate-key service 1
      dependencies:
        api: { url: http://localhost }
        api: { url: http://localhost, timeout: 1 }  #! duplicate-key dependencies.api #! wrong-unit dependencies.api.timeout
      """),
    FaultCase(
      "two cycles, one listener on two ports",
      """
      dependencies:
        a: { url: http://a, dependsOn: [b], listen: 127.0.0.1:9001 }  #! dependency-cycle dependencies.a.dependsOn
        b: { url: http://b, dependsOn: [a], listen: 127.0.0.2:9001 }
        c: { url: http://c, dependsOn: [d], listen: 127.0.0.1:9001 }  #! dependency-cycle dependencies.c.dependsOn #! duplicate-listen dependencies.c.listen
        d: { url: http://d, dependsOn: [e] }
        e: { url: http://e, dependsOn: [c] }
      """),
  ]
}

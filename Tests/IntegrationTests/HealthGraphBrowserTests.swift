import Testing

@Suite("The dependency graph in the console", .timeLimit(.minutes(60)))
struct HealthGraphBrowserTests {
  private static func node(_ name: String) -> String {
    "document.querySelector('[data-testid=health-node][data-name=\(name)]')"
  }

  @Test("R9.3 the graph marks the root cause, mutes what follows from it, and lists every check")
  func graph() async throws {
    let works = Switch()
    works.turn(on: true)
    let upstream = try ScriptedUpstream { _ in works.isOn ? .ok("fine") : .answer(503, [], "no") }
    defer { upstream.stop() }
    let redis = try RealRedis()
    try await redis.start()
    let quick = "interval: 500ms, timeout: 10s, rise: 2, fall: 2"
    let settings = ProgramSettings.dependencies(
      ("orders", "url: \"\(upstream.url)\", dependsOn: [redis], retry: false, health: { path: /health, \(quick) }"),
      ("redis", "criticality: critical, health: { url: \"redis://127.0.0.1:\(redis.port)\", \(quick) }"),
      ("internet", "health: { url: \"dns:localhost\", \(quick) }")
    ).with { $0.top = "health: { memory: {} }" }
    try await ServedProgram.run(settings) { program in
      try await Chromium.withPage { page in
        try await page.show(width: 1_280, height: 900, theme: "light")
        try await page.go(to: "http://127.0.0.1:\(program.operations)/")
        try await page.wait("document.querySelectorAll('[data-testid=health-node]').length === 4")
        try await page.wait("document.querySelectorAll('[data-testid=dependency]').length === 1")
        try await page.wait("\(Self.node("redis")).dataset.state === 'healthy'")
        #expect(try await page.evaluate("document.querySelectorAll('#health-graph .edge').length") == 1)
        // So much health as a diagnosis looks back.
        try await Task.sleep(for: .seconds(5))
        redis.kill()
        works.turn(on: false)
        try await page.wait("\(Self.node("redis")).dataset.part === 'cause'")
        try await page.wait("\(Self.node("orders")).dataset.part === 'consequence'")
        try await page.wait("document.querySelector('#health-graph .edge').dataset.carries === 'true'")
        #expect(try await page.evaluate("\(Self.node("internet")).dataset.part") == "none")
        let output = "document.querySelector('[data-testid=health-output]').innerText"
        try await page.wait("\(output).includes('redis is failing; because of that orders')")
        let first = "document.querySelector('[data-testid=health-check]')"
        #expect(try await page.evaluate("\(first).dataset.name") == "redis", "the cause comes first")
        try await page.evaluate("document.querySelector('#health-section details').open = true")
        #expect(try await page.evaluate("\(first).innerText.includes('Redis PING')") == true)
        try await page.wait(
          "[...document.querySelectorAll('[data-testid=event]')].some((each) => each.dataset.kind === 'health.cause')")
        Attachment.record(try await page.screenshot(), named: "health-1280x900-light.png")
        try await page.show(width: 390, height: 844, theme: "dark")
        #expect(try await page.evaluate("document.documentElement.scrollWidth <= innerWidth") == true)
        Attachment.record(try await page.screenshot(), named: "health-390x844-dark.png")
        try await redis.start()
        works.turn(on: true)
        try await page.wait("\(Self.node("redis")).dataset.state === 'healthy'")
        try await page.wait("\(Self.node("orders")).dataset.part === 'none'")
        #expect(page.complaints.isEmpty, "\(page.complaints)")
      }
    }
  }
}

import ServerTestSupport
import Testing

@Suite("The console by keyboard, by token and without its server", .timeLimit(.minutes(60)))
struct ConsoleAccessBrowserTests {
  private static let up = "document.querySelector('[data-testid=dependency][data-name=up]')"

  private static func with(
    _ change: (inout ProgramSettings) -> Void = { _ in }, _ body: (ServedProgram, BrowserPage) async throws -> Void
  ) async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\", retry: false")).with(change)
    try await ServedProgram.run(settings) { program in
      try await Chromium.withPage { page in
        try await page.show(width: 1_280, height: 900, theme: "light")
        try await page.go(to: "http://127.0.0.1:\(program.operations)/")
        try await body(program, page)
      }
    }
  }

  @Test("R12.2 everything that the mouse can do, the keyboard can: open, read, isolate with a reason")
  func keyboard() async throws {
    try await Self.with { program, page in
      try await page.wait("\(Self.up) !== null")
      try await Self.tab(page, to: "toggle")
      try await page.press("Enter")
      try await page.wait("\(Self.up).querySelector('[data-testid=toggle]').getAttribute('aria-expanded') === 'true'")
      try await page.wait("\(Self.up).querySelector('[data-testid=action-isolated]') !== null")
      try await Self.tab(page, to: "action-isolated")
      let ring = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
      #expect(try await page.evaluate(ring) == true, "what has the focus shows it")
      try await page.press("Enter")
      try await page.wait("document.activeElement.dataset.testid === 'action-reason'")
      try await page.type("by keyboard")
      try await Self.tab(page, to: "action-submit")
      try await page.press("Enter")
      try await page.wait("\(Self.up).dataset.state === 'isolated'")
      try await page.wait("document.querySelector('[data-testid=announcer]').textContent === 'up is now isolated'")
      #expect(try await program.operate("GET", "/api/breakers/up").json["override"]["reason"] == "by keyboard")
      #expect(page.complaints.isEmpty, "\(page.complaints)")
    }
  }

  /// Presses Tab until something with the test id has the focus.
  private static func tab(_ page: BrowserPage, to id: String) async throws {
    for _ in 0..<40 {
      if try await page.evaluate("document.activeElement.dataset.testid || ''").string == id { return }
      try await page.press("Tab")
    }
    throw Trouble("40 steps do not lead to \(id)")
  }

  @Test("R12.2 with a token the console asks for it, keeps a wrong one out and shows who is in")
  func login() async throws {
    let change: (inout ProgramSettings) -> Void = {
      $0.operations = "operators: [ { name: olga, token: \"olga-has-a-token\", role: operator } ]"
    }
    try await Self.with(change) { program, page in
      try await page.wait("!document.querySelector('[data-testid=login]').hidden")
      try await page.evaluate("document.querySelector('[data-testid=token]').focus()")
      try await page.type("not-the-token")
      try await page.press("Enter")
      try await page.wait("document.getElementById('login-error').textContent.includes('not known')")
      try await page.evaluate("document.querySelector('[data-testid=token]').value = ''")
      try await page.evaluate("document.querySelector('[data-testid=token]').focus()")
      try await page.type("olga-has-a-token")
      try await page.press("Enter")
      try await page.wait("\(Self.up) !== null")
      #expect(try await page.evaluate("document.getElementById('operator').textContent") == "olga (operator)")
      try await page.evaluate("\(Self.up).querySelector('[data-testid=toggle]').click()")
      try await page.wait("\(Self.up).querySelector('[data-testid=action-observing]') !== null")
      try await page.evaluate("\(Self.up).querySelector('[data-testid=action-observing]').click()")
      try await page.type("a look")
      try await page.evaluate("document.querySelector('[data-testid=action-submit]').click()")
      try await page.wait("\(Self.up).dataset.state === 'observing'")
      let token = [("Authorization", "Bearer olga-has-a-token")]
      #expect(try await program.operate("GET", "/api/audit", nil, token).json.elements.first?["actor"] == "olga")
      #expect(try await page.evaluate("document.cookie") == "", "no script reads the session")
    }
  }

  @Test("R12.2 when the server goes away the console says so, and goes on by itself when it is back")
  func reconnects() async throws {
    try await Self.with { program, page in
      let connection = "document.querySelector('[data-testid=connection]').dataset.state"
      try await page.wait("\(connection) === 'live'")
      program.crash()
      try await page.wait("\(connection) === 'lost'")
      try await page.wait("!document.querySelector('[data-testid=banner]').hidden")
      try await program.start()
      try await page.wait("\(connection) === 'live'")
      try await page.wait("document.querySelector('[data-testid=banner]').hidden")
      try await program.openBreaker("up")
      try await page.wait("\(Self.up).dataset.state === 'open'")
    }
  }
}

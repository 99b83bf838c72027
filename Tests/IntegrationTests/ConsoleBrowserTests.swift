import Testing

@Suite("The console of the bundled example in a browser", .timeLimit(.minutes(60)))
struct ConsoleBrowserTests {
  private static func card(_ name: String) -> String {
    "document.querySelector('[data-testid=dependency][data-name=\(name)]')"
  }

  private static func example(_ name: String) -> String {
    "document.querySelector('[data-testid=example][data-name=\(name)]')"
  }

  /// The word of a dependency's state, as it stands on the page.
  private static func word(_ name: String) -> String {
    "\(self.card(name)).querySelector('[data-testid=state]').innerText.trim()"
  }

  /// By how much the page grows when the list of events, full already, gets another 60.
  private static let growth = """
    (() => {
      const list = document.getElementById('events');
      const more = () => [...Array(60)].map(() => list.appendChild(list.firstElementChild.cloneNode(true)));
      const first = more(), height = document.documentElement.scrollHeight;
      const second = more(), growth = document.documentElement.scrollHeight - height;
      [...first, ...second].forEach((each) => each.remove());
      return growth;
    })()
    """

  /// Runs a body with the console opened in a browser.
  private static func with(_ body: (ServedProgram, BrowserPage) async throws -> Void) async throws {
    try await ServedProgram.run(.example) { program in
      try await Chromium.withPage { page in
        try await page.show(width: 1_280, height: 900, theme: "light")
        try await page.go(to: "http://127.0.0.1:\(program.operations)/")
        try await page.wait("document.querySelectorAll('[data-testid=dependency]').length === 3")
        try await page.wait("document.querySelector('[data-testid=connection]').dataset.state === 'live'")
        try await body(program, page)
        #expect(page.complaints.isEmpty, "\(page.complaints)")
        let own = "http://127.0.0.1:\(program.operations)/"
        let foreign = page.addresses.filter { !$0.hasPrefix(own) && !$0.hasPrefix("data:") && $0 != "about:blank" }
        #expect(foreign.isEmpty, "asked for elsewhere: \(foreign)")
      }
    }
  }

  @Test("R12.2 a visitor breaks an upstream, sees its breaker open and why, isolates it with a reason, and repairs it")
  func firstTenMinutes() async throws {
    try await Self.with { program, page in
      let names =
        "[...document.querySelectorAll('[data-testid=dependency]')].map((each) => each.dataset.name).sort().join()"
      #expect(try await page.evaluate(names) == "catalog,payments,recommendations")
      try await page.wait("\(Self.word("payments")) === 'Closed'")
      try await page.wait("document.querySelector('[data-testid=health]').innerText.includes('Healthy')")

      try await page.evaluate("\(Self.example("payments")).querySelector('[data-testid=fault-reset]').click()")
      try await page.wait("\(Self.word("payments")) === 'Open'")
      let first = "document.querySelector('[data-testid=dependency]').dataset.name"
      #expect(try await page.evaluate(first) == "payments", "the worst comes first")
      try await page.wait("!document.querySelector('[data-testid=health]').innerText.includes('Healthy')")
      try await page.wait(
        "[...document.querySelectorAll('[data-testid=event]')].some((each) => each.dataset.kind === 'breaker.opened')")
      #expect(try await program.get("/payments/").status == 503)

      try await page.evaluate("\(Self.card("payments")).querySelector('[data-testid=toggle]').click()")
      try await page.wait("\(Self.card("payments")).querySelectorAll('[data-testid=evidence] tbody tr').length >= 5")
      let why = "\(Self.card("payments")).querySelector('[data-testid=explanation]').innerText"
      #expect(try await page.evaluate(why).string?.contains("5") == true, "the threshold is told")
      Attachment.record(try await page.screenshot(), named: "console-1280x900-light.png")
      #expect(try await page.evaluate(Self.growth) == 0, "a full list scrolls, and the page stays as long as it is")

      try await Self.isolate(page, "payments", reason: "known outage, ticket 4711")
      try await page.wait("\(Self.word("payments")) === 'Isolated'")
      #expect(try await program.get("/payments/").json["state"] == "isolated")
      let note = "\(Self.card("payments")).querySelector('[data-testid=override-note]').innerText"
      try await page.wait("\(note).includes('known outage, ticket 4711')")
      try await page.show(width: 390, height: 844, theme: "dark")
      #expect(try await page.evaluate("document.documentElement.scrollWidth <= innerWidth") == true)
      Attachment.record(try await page.screenshot(), named: "console-390x844-dark.png")

      try await page.evaluate("\(Self.example("payments")).querySelector('[data-testid=fault-off]').click()")
      try await Self.remove(page, "payments", reason: "repaired")
      try await page.wait("\(Self.word("payments")) === 'Closed'")
      #expect(try await program.get("/payments/").status == 200)
      let audit = try await program.operate("GET", "/api/audit").json.elements
      #expect(audit.contains { $0["action"] == "breaker.override" && $0["reason"] == "known outage, ticket 4711" })
      #expect(audit.contains { $0["action"] == "breaker.release" && $0["reason"] == "repaired" })
    }
  }

  @Test("R12.2 the dialog asks for a reason, and faults of one upstream leave the others alone")
  func reasons() async throws {
    try await Self.with { program, page in
      try await page.evaluate("\(Self.card("catalog")).querySelector('[data-testid=toggle]').click()")
      try await page.evaluate("\(Self.card("catalog")).querySelector('[data-testid=action-isolated]').click()")
      try await page.evaluate("document.querySelector('[data-testid=action-submit]').click()")
      try await page.wait("document.querySelector('[data-testid=action-error]').innerText.length > 0")
      #expect(try await program.state("catalog") == "closed")
      try await page.evaluate("document.getElementById('action-cancel').click()")
      try await page.wait("!document.querySelector('[data-testid=action-dialog]').open")

      try await page.evaluate("\(Self.example("recommendations")).querySelector('[data-testid=fault-hang]').click()")
      try await page.wait("\(Self.word("recommendations")) === 'Open'")
      let answer = try await program.get("/recommendations/")
      #expect(answer.status == 200, "its template answers")
      #expect(answer["X-Resilience-Degraded"] == "template")
      #expect(try await page.evaluate(Self.word("catalog")) == "Closed")
    }
  }

  private static func isolate(_ page: BrowserPage, _ name: String, reason: String) async throws {
    try await self.act(page, name, "isolated", reason)
  }

  private static func remove(_ page: BrowserPage, _ name: String, reason: String) async throws {
    try await page.wait("!\(self.card(name)).querySelector('[data-testid=action-remove]').hidden")
    try await self.act(page, name, "remove", reason)
  }

  /// Does what an operator does: opens the dialog, writes a reason, applies.
  private static func act(_ page: BrowserPage, _ name: String, _ action: String, _ reason: String) async throws {
    try await page.evaluate("\(self.card(name)).querySelector('[data-testid=action-\(action)]').click()")
    try await page.wait("document.querySelector('[data-testid=action-dialog]').open")
    #expect(try await page.evaluate("document.activeElement.id") == "action-reason", "the reason has the focus")
    try await page.evaluate("document.querySelector('[data-testid=action-reason]').value = '\(reason)'")
    try await page.evaluate("document.querySelector('[data-testid=action-submit]').click()")
    try await page.wait("!document.querySelector('[data-testid=action-dialog]').open")
  }
}

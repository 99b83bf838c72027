import Testing

@Suite("Mode, features, notices and reviews in the console", .timeLimit(.minutes(60)))
struct ConsoleModesBrowserTests {
  private static func click(_ page: BrowserPage, _ selector: String) async throws {
    try await page.wait("!!document.querySelector('\(selector)')")
    try await page.evaluate("document.querySelector('\(selector)').click()")
  }

  /// Does what an operator does in the dialog.
  private static func confirm(_ page: BrowserPage, _ reason: String) async throws {
    try await page.wait("document.querySelector('[data-testid=action-dialog]').open")
    try await page.evaluate("document.querySelector('[data-testid=action-reason]').value = '\(reason)'")
    try await page.evaluate("document.querySelector('[data-testid=action-submit]').click()")
    try await page.wait("!document.querySelector('[data-testid=action-dialog]').open")
  }

  @Test("R4.5 R4.8 R4.3 an operator chooses a mode, switches a feature and decides on a request, each with a reason")
  func everything() async throws {
    let works = Switch()
    let upstream = try ScriptedUpstream { _ in works.isOn ? .ok("sent") : .answer(503, [], "away") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      ("mail", "url: \"\(upstream.url)\", retry: false, circuitBreaker: false, fallback: [ { review: {} } ]")
    ).with {
      $0.top = "toggles: { features: [ { name: letters, summary: \"Sending letters\" } ] }"
    }
    try await ServedProgram.run(settings) { program in
      #expect(try await HTTP.send("POST", program.gateway, "/mail/send", body: "Dear Eva").status == 202)
      try await Chromium.withPage { page in
        try await page.show(width: 1_280, height: 900, theme: "light")
        try await page.go(to: "http://127.0.0.1:\(program.operations)/")
        try await page.wait("!document.querySelector('[data-testid=degradation]').hidden")
        try await page.evaluate("document.querySelector('[data-testid=mode-choice]').value = 'readOnly'")
        try await Self.click(page, "[data-testid=mode-set]")
        try await Self.confirm(page, "migration 12")
        try await page.wait("document.querySelector('[data-testid=mode]').innerText === 'readOnly'")
        try await page.wait("document.querySelector('[data-testid=mode-facts]').innerText.includes('migration 12')")
        try await page.wait(
          "document.querySelector('[data-testid=notice]')?.innerText.includes('changes cannot be made')")
        Attachment.record(try await page.screenshot(), named: "console-modes-1280x900.png")
        try await Self.click(page, "[data-testid=mode-withdraw]")
        try await Self.confirm(page, "done")
        try await page.wait("document.querySelector('[data-testid=mode-withdraw]').hidden")

        try await Self.click(page, "[data-testid=toggle-row][data-name=letters] [data-testid=toggle-switch]")
        try await Self.confirm(page, "too many")
        try await page.wait("document.querySelector('[data-testid=toggle-row]').dataset.available === 'false'")
        #expect(try await program.operate("GET", "/api/toggles/letters").json["isEnabled"] == false)

        works.turn(on: true)
        try await Self.click(page, "[data-testid=review-open]")
        try await page.wait("document.querySelector('[data-testid=review-body]').value === 'Dear Eva'")
        try await Self.click(page, "[data-testid=review-approve]")
        try await Self.confirm(page, "harmless")
        try await page.wait("document.querySelectorAll('[data-testid=review-row]').length === 0")
        #expect(upstream.requests.last?.body == "Dear Eva")
        try await page.show(width: 390, height: 844, theme: "dark")
        #expect(try await page.evaluate("document.documentElement.scrollWidth <= innerWidth") == true)
        #expect(page.complaints.isEmpty, "\(page.complaints)")
      }
      let actions = try await program.operate("GET", "/api/audit").json.elements.compactMap { $0["action"].string }
      #expect(
        actions == ["review.approved", "review.sending", "toggle.set", "mode.withdraw", "mode.set"])
    }
  }
}

import Testing

@Suite("The console's form of settings in a browser", .timeLimit(.minutes(60)))
struct ConsoleSettingsBrowserTests {
  private static let card = "document.querySelector('[data-testid=dependency][data-name=payments]')"
  private static let dialog = "document.querySelector('[data-testid=settings-dialog]')"

  private static func row(_ key: String) -> String {
    "document.querySelector('[data-testid=setting][data-key=\"dependencies.payments.\(key)\"]')"
  }

  private static func write(_ page: BrowserPage, _ input: String, _ text: String) async throws {
    try await page.evaluate(
      "(() => { const input = \(input); input.value = '\(text)'; "
        + "input.dispatchEvent(new Event('input', { bubbles: true })); })()")
  }

  /// The keys of the settings that a word occurs in, as the program's own list says.
  private static func settings(_ program: ServedProgram, naming word: String) async throws -> [String] {
    let all = try await program.operate("GET", "/api/settings?below=dependencies.payments").json["settings"]
    return all.elements.compactMap { setting in
      let text = "\(setting["key"].string ?? "") \(setting["documentation"].string ?? "")".lowercased()
      return text.contains(word) ? setting["key"].string : nil
    }
  }

  @Test(
    "R12.2 R12.6 an operator opens the form, sees where values come from, changes one with a reason, and takes it back")
  func form() async throws {
    try await ServedProgram.run(.example) { program in
      try await Chromium.withPage { page in
        try await page.show(width: 1_280, height: 900, theme: "light")
        try await page.go(to: "http://127.0.0.1:\(program.operations)/")
        try await page.wait("document.querySelectorAll('[data-testid=dependency]').length === 3")
        try await page.evaluate("\(Self.card).querySelector('[data-testid=toggle]').click()")
        try await page.wait("\(Self.card).querySelector('[data-testid=open-settings]') !== null")
        try await page.evaluate("\(Self.card).querySelector('[data-testid=open-settings]').click()")
        try await page.wait("document.querySelectorAll('[data-testid=setting]').length > 60")
        #expect(try await page.evaluate("document.activeElement.id") == "settings-filter")
        let timeout = Self.row("timeout")
        #expect(try await page.evaluate("\(timeout).innerText.includes('ms, s, m, h or d')") == true, "the unit")
        #expect(try await page.evaluate("\(timeout).innerText.includes('attempts and waits included')") == true)
        #expect(try await page.evaluate("\(Self.row("url")).querySelector('input').disabled") == true)
        #expect(try await page.evaluate("\(Self.row("retry.jitter")).querySelector('select').options.length") == 5)
        #expect(try await page.evaluate("document.querySelector('[data-testid=settings-apply]').disabled") == true)
        try await Self.write(page, "document.querySelector('[data-testid=settings-filter]')", "openDuration")
        // What is left is what the definitions say of it, no more and no less.
        let matching = try await Self.settings(program, naming: "openduration")
        #expect(matching.contains("dependencies.payments.circuitBreaker.openDuration") && matching.count < 20)
        let shown = "[...document.querySelectorAll('[data-testid=setting]')].filter((each) => !each.hidden)"
        try await page.wait(
          "\(shown).map((each) => each.dataset.key).sort().join() === '\(matching.sorted().joined(separator: ","))'")
        Attachment.record(try await page.screenshot(), named: "settings-1280x900-light.png")

        let duration = Self.row("circuitBreaker.openDuration")
        try await Self.write(page, "\(duration).querySelector('input')", "90")
        try await page.wait("document.querySelector('[data-testid=settings-apply]').innerText === 'Apply 1 change'")
        try await page.evaluate("document.querySelector('[data-testid=settings-apply]').click()")
        try await page.wait("document.querySelector('[data-testid=settings-error]').innerText.includes('Say why')")
        try await page.evaluate("document.querySelector('[data-testid=settings-reason]').value = 'a long repair'")
        try await page.evaluate("document.querySelector('[data-testid=settings-apply]').click()")
        try await page.wait("document.querySelector('[data-testid=settings-error]').innerText.includes('unit')")
        try await Self.write(page, "\(duration).querySelector('input')", "90s")
        try await page.evaluate("document.querySelector('[data-testid=settings-apply]').click()")
        try await page.wait("\(duration).dataset.layer === 'runTime'")
        #expect(try await page.evaluate("\(duration).innerText.includes('a long repair')") == true)
        let breaker = try await program.operate("GET", "/api/breakers/payments").json["settings"]
        #expect(breaker["openDurationSeconds"] == 90)
        try await page.show(width: 390, height: 844, theme: "dark")
        #expect(try await page.evaluate("\(Self.dialog).scrollWidth <= innerWidth") == true)
        Attachment.record(try await page.screenshot(), named: "settings-390x844-dark.png")

        try await page.evaluate("\(duration).querySelector('[data-testid=setting-release]').click()")
        try await page.evaluate("document.querySelector('[data-testid=settings-reason]').value = 'repaired'")
        try await page.evaluate("document.querySelector('[data-testid=settings-apply]').click()")
        try await page.wait("\(duration).dataset.layer !== 'runTime'")
        try await page.evaluate("document.getElementById('settings-close').click()")
        try await page.wait("document.activeElement.dataset.testid === 'open-settings'")
        let kinds = "[...document.querySelectorAll('[data-testid=event]')].map((each) => each.dataset.kind)"
        try await page.wait("\(kinds).filter((kind) => kind === 'setting.changed').length === 2")
        let audit = try await program.operate("GET", "/api/audit").json.elements
        #expect(audit.map { $0["action"].string } == ["setting.release", "setting.override"])
        // The server's refusal of the value without a unit is the only complaint.
        #expect(page.complaints.allSatisfy { $0.contains("422") }, "\(page.complaints)")
      }
    }
  }

  @Test("R12.2 who may only look sees the form and can change nothing")
  func viewer() async throws {
    let settings = ProgramSettings.dependencies(("payments", "url: \"http://127.0.0.1:9\"")).with {
      $0.operations = "operators: [ { name: vera, token: \"vera-has-a-token\", role: viewer } ]"
    }
    try await ServedProgram.run(settings) { program in
      try await Chromium.withPage { page in
        try await page.go(to: "http://127.0.0.1:\(program.operations)/")
        try await page.wait("!document.getElementById('login').hidden")
        try await page.evaluate("document.getElementById('token').value = 'vera-has-a-token'")
        try await page.evaluate("document.querySelector('[data-testid=login-submit]').click()")
        try await page.wait("\(Self.card) !== null")
        try await page.evaluate("\(Self.card).querySelector('[data-testid=toggle]').click()")
        try await page.wait("\(Self.card).querySelector('[data-testid=open-settings]') !== null")
        try await page.evaluate("\(Self.card).querySelector('[data-testid=open-settings]').click()")
        try await page.wait("document.querySelectorAll('[data-testid=setting]').length > 60")
        let inputs = "[...document.querySelectorAll('[data-testid=setting-input]')]"
        #expect(try await page.evaluate("\(inputs).every((each) => each.disabled)") == true)
      }
    }
  }
}

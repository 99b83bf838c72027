import Testing

@Suite("Healing in the console", .timeLimit(.minutes(60)))
struct HealingBrowserTests {
  private static func find(_ id: String) -> String { "document.querySelector('[data-testid=\(id)]')" }

  private static func act(_ page: BrowserPage, _ button: String, reason: String) async throws {
    try await page.wait("\(Self.find(button)) && !\(Self.find(button)).disabled && !\(Self.find(button)).hidden")
    try await page.evaluate("\(Self.find(button)).click()")
    try await page.wait("document.querySelector('[data-testid=action-dialog]').open")
    try await page.evaluate("document.querySelector('[data-testid=action-reason]').value = '\(reason)'")
    try await page.evaluate("document.querySelector('[data-testid=action-submit]').click()")
    try await page.wait("!document.querySelector('[data-testid=action-dialog]').open")
  }

  @Test(
    "R10.3 R10.4 an operator sees workflows, processes and runs, tries a dry run, runs, rolls back and pulls the brake")
  func panel() async throws {
    let settings = ProgramSettings.dependencies(
      (
        "up", "url: \"http://127.0.0.1:9\", retry: false, bulkhead: { maxConcurrent: 20 }"
      )
    ).with {
      $0.top = """
        supervised: [ { name: worker, run: [ /bin/sh, -c, "exec sleep 1000" ] } ]
        healing: { workflows: [ { name: throttle, actions: [ { limit: { dependency: up, maxConcurrent: 3 } } ] } ] }
        """
    }
    try await ServedProgram.run(settings) { program in
      try await Chromium.withPage { page in
        try await page.show(width: 1_280, height: 900, theme: "light")
        try await page.go(to: "http://127.0.0.1:\(program.operations)/")
        try await page.wait("\(Self.find("healing-workflow")) !== null")
        try await page.wait("\(Self.find("supervised-process")).innerText.includes('running')")
        let entries = "document.querySelectorAll('[data-testid=healing-run-entry]')"
        try await Self.act(page, "healing-dry-run", reason: "what would it do")
        try await page.wait("\(entries).length === 1 && \(entries)[0].dataset.result === 'planned'")
        try await Self.act(page, "healing-run", reason: "too much load")
        try await page.wait("\(entries).length === 2 && \(entries)[0].dataset.result === 'healed'")
        try await Self.act(page, "healing-rollback", reason: "load is gone")
        try await page.wait("\(entries)[0].innerText.includes('rolled back')")
        try await Self.act(page, "healing-stop", reason: "maintenance tonight")
        try await page.wait("\(Self.find("healing-stopped")).innerText.includes('maintenance tonight')")
        try await page.wait("\(Self.find("healing-run")).disabled")
        Attachment.record(try await page.screenshot(), named: "healing-1280x900-light.png")
        try await page.show(width: 390, height: 844, theme: "dark")
        #expect(try await page.evaluate("document.documentElement.scrollWidth <= innerWidth") == true)
        Attachment.record(try await page.screenshot(), named: "healing-390x844-dark.png")
        try await Self.act(page, "healing-stop", reason: "done")
        try await page.wait("\(Self.find("healing-stopped")).hidden")
        #expect(page.complaints.isEmpty, "\(page.complaints)")
      }
      let audit = try await program.operate("GET", "/api/audit").json.elements
      for (action, reason) in [
        ("healing.run", "too much load"), ("healing.rollback", "load is gone"), ("healing.stop", "maintenance tonight"),
      ] {
        #expect(audit.contains { $0["action"].string == action && $0["reason"].string == reason }, "\(action)")
      }
    }
  }
}

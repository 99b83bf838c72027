import ServerTestSupport
import Testing

@Suite("Kept requests and sessions in the console", .timeLimit(.minutes(10)))
struct ConsoleStoresBrowserTests {
  private static func click(_ page: BrowserPage, _ selector: String) async throws {
    let found = "document.querySelector('\(selector)')"
    try await page.wait("\(found) && !\(found).disabled && !\(found).hidden")
    try await page.evaluate("\(found).click()")
  }

  /// Does what an operator does in the dialog, by the keyboard.
  private static func confirm(_ page: BrowserPage, _ reason: String) async throws {
    try await page.wait("document.querySelector('[data-testid=action-dialog]').open")
    try await page.wait("document.activeElement.dataset.testid === 'action-reason'")
    try await page.type(reason)
    try await page.evaluate("document.querySelector('[data-testid=action-submit]').focus()")
    try await page.press("Enter")
    try await page.wait("!document.querySelector('[data-testid=action-dialog]').open")
  }

  private static func logIn(_ page: BrowserPage, _ token: String) async throws {
    try await page.wait("!document.querySelector('[data-testid=login]').hidden")
    try await page.evaluate("document.querySelector('[data-testid=token]').focus()")
    try await page.type(token)
    try await page.press("Enter")
    try await page.wait("!document.querySelector('[data-testid=overview]').closest('[hidden]')")
  }

  private static func look(
    _ page: BrowserPage, _ id: String, _ name: String, _ width: Int, _ theme: String
  ) async throws {
    try await page.show(width: width, height: 900, theme: theme)
    try await page.evaluate("document.getElementById('\(id)').scrollIntoView({ block: 'start' })")
    #expect(try await page.evaluate("document.documentElement.scrollWidth <= innerWidth") == true)
    Attachment.record(try await page.screenshot(), named: "\(name)-\(width)-\(theme).png")
  }

  /// Asks for all dead letters to be replayed while nobody takes them, so that they die anew.
  private static func replayAll(_ page: BrowserPage, _ requests: () -> Int) async throws {
    let before = requests()
    try await Self.click(page, "[data-testid=queue-replay]")
    try await Self.confirm(page, "perhaps he is back")
    try await eventually("all three are tried again") { requests() >= before + 3 ? true : nil }
    try await page.wait("document.querySelectorAll('[data-testid=dead-letter]').length === 3")
  }

  /// Replays the first of three dead letters, removes the second, and then all of the queue.
  private static func clearDeadLetters(_ page: BrowserPage) async throws {
    let dead = "document.querySelectorAll('[data-testid=dead-letter]')"
    let first = "[data-testid=dead-letter] [data-testid=dead-replay]"
    try await Self.click(page, first)
    try await Self.confirm(page, "the user is back")
    try await page.wait("\(dead).length === 2")
    try await Self.click(page, "[data-testid=dead-letter] [data-testid=dead-purge]")
    try await Self.confirm(page, "sent by hand")
    try await page.wait("\(dead).length === 1")
    try await Self.click(page, "[data-testid=queue-purge]")
    try await Self.confirm(page, "all sent by hand")
    try await page.wait("\(dead).length === 0")
  }

  /// Compares the two forms of a conflict and takes the one that was written here.
  private static func takeOurs(_ page: BrowserPage) async throws {
    try await Self.click(page, "[data-testid=conflict-open]")
    try await page.wait("document.querySelector('[data-testid=conflict-dialog]').open")
    let ours = "document.querySelector('[data-testid=conflict-ours-state]')"
    #expect(
      try await page.evaluate("[...\(ours).querySelectorAll('mark')].some((each) => each.innerText.includes('lamp'))")
        == true)
    let theirs = "document.querySelector('[data-testid=conflict-theirs-state]')"
    #expect(try await page.evaluate("\(theirs).innerText.includes('lamp')") == false)
    try await Self.look(page, "conflict", "console-conflict", 1_280, "light")
    try await Self.look(page, "conflict", "console-conflict", 390, "dark")
    try await Self.click(page, "[data-testid=conflict-ours]")
    try await Self.confirm(page, "ada wants the lamp")
    try await page.wait("document.querySelectorAll('[data-testid=conflict-row]').length === 0")
  }

  @Test(
    "R5.3 R8.2 an operator replays and removes dead letters and ends a conflict, each with a reason; a viewer only looks"
  )
  func everything() async throws {
    let isThere = Switch()
    let upstream = try ScriptedUpstream { request in
      if request.fields["X-Resilience-Queued"] == nil { return .answer(503, [], "") }
      return isThere.isOn ? .answer(200, [], "") : .answer(422, [], "no such user")
    }
    defer { upstream.stop() }
    let redis = try RealRedis()
    defer { redis.kill() }
    try await redis.start()
    let settings = SessionStage.settings(redis, upstream.url, ", fallback: [ { queue: { methods: [POST] } } ]")
    try await ServedProgram.run(settings) { program in
      let second = try ServedProgram.beside(settings)
      defer { second.current?.end() }
      try await second.start()
      for name in ["a", "b", "c"] {
        let path = "/mail/letters/\(name)"
        #expect(try await HTTP.send("POST", program.gateway, path, body: "Dear Eva").status == 202)
      }
      try await SessionStage.conflict(of: "cart-1", program, second, redis)
      try await Chromium.withPage { page in
        try await page.show(width: 1_280, height: 900, theme: "light")
        try await page.go(to: "http://127.0.0.1:\(program.operations)/")
        // Who is not logged in is told so by a 401, which the browser writes down.
        try await Self.logIn(page, "vera-has-a-token")
        let dead = "document.querySelectorAll('[data-testid=dead-letter]')"
        try await page.wait("\(dead).length === 3")
        try await page.wait("document.querySelector('[data-testid=dead-replay]').disabled")
        try await page.wait("document.querySelector('[data-testid=sessions-facts]').innerText.includes('1 conflict')")
        #expect(try await page.evaluate("document.body.innerText.includes('lamp')") == false)
        #expect(try await page.evaluate("document.querySelectorAll('[data-testid=conflict-row]').length") == 0)
        try await page.evaluate("document.getElementById('logout').click()")
        try await Self.logIn(page, "otto-has-a-token")
        try await page.wait("\(dead).length === 3 && \(dead)[0].innerText.includes('status 422')")
        try await Self.look(page, "queue-section", "console-stores", 1_280, "light")
        try await Self.replayAll(page) { upstream.requests.count }
        isThere.turn(on: true)
        try await Self.clearDeadLetters(page)
        let sent = upstream.requests.last { $0.fields["X-Resilience-Queued"] != nil }
        #expect(sent?.target == "/letters/a" && sent?.body == "Dear Eva")
        try await Self.takeOurs(page)
        let session = try await SessionStage.send(second, "GET", "/api/sessions/cart-1").json
        #expect(session["state"] == "{\"items\":[\"book\",\"lamp\"],\"step\":1}", "\(session)")
        try await Self.look(page, "queue-section", "console-stores", 390, "dark")
        let complaints = page.complaints.filter { !$0.contains("401") }
        #expect(complaints.isEmpty, "\(complaints)")
      }
      let audit = try await SessionStage.send(program, "GET", "/api/audit").json.elements
      #expect(
        audit.map { $0["action"].string } == [
          "sessions.resolve", "queue.purge", "queue.purge", "queue.replay", "queue.replay",
        ],
        "\(audit)")
      #expect(
        audit.map { $0["reason"].string } == [
          "ada wants the lamp", "all sent by hand", "sent by hand", "the user is back", "perhaps he is back",
        ])
      #expect(audit.allSatisfy { $0["actor"] == "otto" })
    }
  }
}

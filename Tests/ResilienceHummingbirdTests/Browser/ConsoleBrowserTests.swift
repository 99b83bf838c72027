import ResilienceInterfaces
import Testing

@testable import ResilienceHummingbird

@Suite("The console in a browser", .enabled(if: Chromium.path != nil), .timeLimit(.minutes(20)))
struct ConsoleBrowserTests {
  private static let orders = "document.querySelector('[data-testid=dependency][data-name=orders]')"

  @Test("shows the worst first, explains an open breaker, isolates it with a reason, and follows live")
  func isolates() async throws {
    let plane = ScriptedControlPlane()
    try await RunningServer.with(plane) { port, _ in
      try await Chromium.withPage("http://127.0.0.1:\(port)/") { page in
        try await page.show(width: 1280, height: 900, theme: "light")
        try await page.wait(for: "\(Self.orders).dataset.state === 'open'")
        let order = "[...document.querySelectorAll('[data-testid=dependency]')].map((each) => each.dataset.name).join()"
        #expect(try await page.evaluate(order) == "orders,search,mail")
        try await page.evaluate("\(Self.orders).querySelector('[data-testid=toggle]').click()")
        try await page.wait(for: "\(Self.orders).querySelectorAll('[data-testid=evidence] tbody tr').length === 8")
        // What an upstream says is text, never markup.
        #expect(try await page.evaluate("document.querySelectorAll('td script').length") == .number(0))
        Attachment.record(try await page.screenshot(), named: "console-light.png")
        try await page.evaluate("\(Self.orders).querySelector('[data-testid=action-isolated]').click()")
        #expect(try await page.evaluate("document.activeElement.id") == "action-reason")
        try await page.evaluate("document.getElementById('action-submit').click()")
        try await page.wait(for: "document.getElementById('action-error').textContent.includes('Say why')")
        try await page.evaluate("document.getElementById('action-reason').value = 'it burns'")
        try await page.evaluate("document.getElementById('action-submit').click()")
        try await page.wait(for: "!document.getElementById('action').open")
        try await page.wait(for: "\(Self.orders).dataset.state === 'isolated'")
        try await page.wait(for: "document.getElementById('announcer').textContent === 'orders is now isolated'")
        try await page.wait(for: "document.getElementById('events').innerText.includes('it burns')")
        try await page.show(width: 360, height: 800, theme: "dark")
        #expect(try await page.evaluate("document.documentElement.scrollWidth <= innerWidth") == true)
        Attachment.record(try await page.screenshot(), named: "console-dark-phone.png")
        #expect(page.complaints.isEmpty, "\(page.complaints)")
      }
    }
    #expect(plane.current.overrides["orders"]?.reason == "it burns")
    #expect(plane.current.overrides["orders"]?.expires == plane.current.now + 600_000)
  }

  @Test("switches an example upstream's faults")
  func faults() async throws {
    let plane = ScriptedControlPlane()
    try await RunningServer.with(plane) { port, _ in
      try await Chromium.withPage("http://127.0.0.1:\(port)/") { page in
        let example = "document.querySelector('[data-testid=example][data-name=orders]')"
        try await page.wait(for: "\(example).querySelector('[data-testid=fault-hang]') !== null")
        try await page.evaluate("\(example).querySelector('[data-testid=fault-hang]').click()")
        try await page.wait(for: "\(example).dataset.active === 'true'")
        #expect(plane.current.examples.first?.faults.hang == true)
        #expect(page.complaints.isEmpty, "\(page.complaints)")
      }
    }
  }

  @Test("asks for a token, refuses a wrong one, and lets a viewer look but not touch")
  func login() async throws {
    try await RunningServer.with(ScriptedControlPlane(), operators: OperationsBench.operators) { port, _ in
      try await Chromium.withPage("http://127.0.0.1:\(port)/") { page in
        try await page.wait(for: "!document.getElementById('login').hidden")
        for token in ["wrong", "viewer-token-0001"] {
          try await page.evaluate("document.getElementById('token').value = '\(token)'")
          try await page.evaluate("document.querySelector('[data-testid=login-submit]').click()")
          if token == "wrong" {
            try await page.wait(for: "document.getElementById('login-error').textContent.includes('not known')")
          }
        }
        try await page.wait(for: "\(Self.orders).dataset.state === 'open'")
        try await page.evaluate("\(Self.orders).querySelector('[data-testid=toggle]').click()")
        try await page.wait(for: "\(Self.orders).querySelector('[data-testid=action-isolated]').disabled")
        try await page.evaluate("document.getElementById('logout').click()")
        try await page.wait(for: "!document.getElementById('login').hidden")
        #expect(try await page.evaluate("document.body.textContent.includes('orders')") == false)
      }
    }
  }
}

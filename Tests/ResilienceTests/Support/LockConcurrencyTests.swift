import Resilience
import Testing

@Suite("Lock under contention")
struct LockConcurrencyTests {
  /// Plain stored properties, whose every access the sanitizer sees.
  final class Account: Sendable {
    struct Balance {
      var deposits = 0
      var total = 0
    }

    let balance = Lock(Balance())

    func deposit(_ amount: Int) {
      self.balance.withLock { balance in
        balance.deposits += 1
        balance.total += amount
      }
    }
  }

  @Test("The lock excludes: nothing is lost when many tasks change its value, and no race is reported")
  func excludes() async {
    let account = Account()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<20_000 { account.deposit(2) } }
      }
    }
    let balance = account.balance.withLock { $0 }
    #expect(balance.deposits == 160_000)
    #expect(balance.total == 320_000)
  }
}

@testable import ResilienceTraces

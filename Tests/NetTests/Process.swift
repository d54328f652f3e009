import Glibc

/// Blocks the thread, as a slow disk would.
func block(_ milliseconds: UInt32) {
    usleep(milliseconds * 1000)
}

func send(_ number: Int32) {
    kill(getpid(), number)
}

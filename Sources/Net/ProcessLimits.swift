import CLinux

/// What the machine lets this process have.
package enum ProcessLimits {
    /// Raises the number of descriptors to what is allowed.
    /// - Returns: how many that is.
    package static func raiseDescriptorLimit() -> Int { max(0, Int(linux_raise_descriptors())) }

    /// Bytes of memory that the process may use: the machine's, or its container's.
    package static var memory: Int { Int(linux_memory()) }

    /// Keeps the memory of the process, and the keys in it, out of core dumps and from other processes of the same user.
    package static func disableCoreDumps() { _ = linux_forbid_dumps() }

    /// Gives back what memory only the start of the program needed: free heap, and pages of its code, which stand in its file.
    package static func trimMemory() { linux_rest_memory() }
}

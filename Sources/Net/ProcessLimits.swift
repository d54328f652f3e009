import CLinux

/// Resource limits of this process.
package enum ProcessLimits {
    /// Raises the soft limit of descriptors to the hard limit (RLIMIT_NOFILE).
    /// - Returns: the new limit.
    package static func raiseDescriptorLimit() -> Int { max(0, Int(linux_raise_descriptors())) }

    /// Bytes of memory of the machine, or of the container's limit.
    package static var memory: Int { Int(linux_memory()) }

    /// Keeps the memory of the process, and the keys in it, out of core dumps and from other processes of the same user.
    package static func disableCoreDumps() { _ = linux_forbid_dumps() }

    /// Returns free heap to the kernel.
    package static func trimHeap() { linux_trim_heap() }
}

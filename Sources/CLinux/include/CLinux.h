#pragma once
// Linux calls that Swift's Glibc module does not show.
#include <sys/epoll.h>
#include <sys/eventfd.h>

//! Where addresses lead that strangers name: in locks, on pages of an index, in redirects.
//!
//! The hash of a lock makes a wheel safe, and not the request for it. Addresses of the link itself are where clouds
//! tell machines their secrets, so nothing is ever asked there; and whoever is elsewhere sends nobody to this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses at which clouds tell secrets to machines, and which are no addresses of the link.
const OF_CLOUDS: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

/// Whether nothing is ever asked at this address, whoever names it.
pub fn is_never_asked(address: IpAddr) -> bool {
    let address = address.to_canonical();
    let is_of_the_link = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    is_of_the_link || address.is_unspecified() || address.is_multicast() || OF_CLOUDS.contains(&address)
}

/// Whether this host, as it stands in an address, is this machine.
pub fn is_this_machine(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || literal(host).is_some_and(|address| address.to_canonical().is_loopback())
}

/// The address of a host that is none by name.
pub fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nobody_leads_us() {
        for (host, never, this_machine) in [
            ("169.254.169.254", true, false),
            ("[fe80::1]", true, false),
            ("[::ffff:169.254.169.254]", true, false),
            ("[fd00:ec2::254]", true, false),
            ("168.63.129.16", true, false),
            ("0.0.0.0", true, false),
            ("224.0.0.1", true, false),
            ("127.0.0.1", false, true),
            ("[::1]", false, true),
            ("[::ffff:127.0.0.1]", false, true),
            ("10.0.0.1", false, false),
            ("203.0.113.7", false, false),
        ] {
            assert_eq!((literal(host).is_some_and(is_never_asked), is_this_machine(host)), (never, this_machine), "{host}");
        }
        assert!(is_this_machine("LocalHost.") && is_this_machine("x.localhost") && !is_this_machine("localhost.example.org"));
    }
}

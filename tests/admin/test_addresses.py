"""The truth table of what may be fetched: names on the list, the public internet, nothing of our own network."""

from __future__ import annotations

import pytest

from admin.addresses import is_public, plain_host, require_allowed
from runtime.errors import PortalError

HOSTS = frozenset({"startup.caobang.gov.vn", plain_host("cổng.caobang.gov.vn")})


@pytest.mark.parametrize(
    "url",
    [
        "https://startup.caobang.gov.vn/bai-n892.html",
        "http://startup.caobang.gov.vn:80/",
        "https://startup.caobang.gov.vn:443/a?b=c#d",
        "https://STARTUP.CaoBang.gov.vn./a",
        "https://cổng.caobang.gov.vn/a",
    ],
)
def test_page_of_a_listed_host_may_be_fetched(url):
    assert require_allowed(url, HOSTS).geturl() == url


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("ftp://startup.caobang.gov.vn/a", "address", id="another scheme"),
        pytest.param("file:///etc/hostname", "address", id="a file"),
        pytest.param("gopher://startup.caobang.gov.vn/", "address", id="gopher"),
        pytest.param("javascript:alert(1)", "address", id="a script"),
        pytest.param("//startup.caobang.gov.vn/a", "address", id="no scheme"),
        pytest.param("https:///a", "address", id="no host"),
        pytest.param("", "address", id="nothing"),
        pytest.param("https://startup.caobang.gov.vn:8080/", "address", id="another port"),
        pytest.param("https://startup.caobang.gov.vn:22/", "address", id="a port of another service"),
        pytest.param("https://startup.caobang.gov.vn:99999/", "address", id="a port that is none"),
        pytest.param("https://u:p@startup.caobang.gov.vn/", "address", id="with a password"),
        pytest.param("https://startup.caobang.gov.vn@127.0.0.1/", "address", id="a listed host as a user name"),
        pytest.param("https://[::1", "address", id="a broken bracket"),
        pytest.param("https://example.com/", "host", id="another host"),
        pytest.param("https://caobang.gov.vn/", "host", id="the domain above"),
        pytest.param("https://a.startup.caobang.gov.vn/", "host", id="a name below"),
        pytest.param("https://startup.caobang.gov.vn.evil.example/", "host", id="a listed name at the beginning"),
        pytest.param("http://localhost/", "host", id="localhost"),
        pytest.param("http://127.0.0.1/", "host", id="loopback"),
        pytest.param("http://[::1]/", "host", id="loopback by IPv6"),
        pytest.param("http://127.1/", "host", id="loopback in short"),
        pytest.param("http://2130706433/", "host", id="loopback as a number"),
        pytest.param("http://0x7f000001/", "host", id="loopback in hexadecimal"),
        pytest.param("http://169.254.169.254/latest/meta-data/", "host", id="a cloud's metadata"),
    ],
)
def test_any_other_address_is_refused(url, problem):
    with pytest.raises(PortalError) as refused:
        require_allowed(url, HOSTS)

    assert refused.value.problem == problem


def test_address_is_refused_even_when_it_stands_on_the_list():
    with pytest.raises(PortalError):
        require_allowed("http://127.0.0.1/", {"127.0.0.1"})


@pytest.mark.parametrize(
    "address", ["113.160.1.1", "8.8.8.8", "2001:ee0::1", "2001:4860:4860::8888", "64:ff9b::808:808"]
)
def test_public_address(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("127.0.0.1", id="loopback"),
        pytest.param("127.9.9.9", id="all of loopback"),
        pytest.param("0.0.0.0", id="this machine"),  # noqa: S104 - an address that is refused
        pytest.param("10.0.0.1", id="private 10"),
        pytest.param("172.16.0.1", id="private 172.16"),
        pytest.param("192.168.1.1", id="private 192.168"),
        pytest.param("100.64.0.1", id="shared by carriers"),
        pytest.param("169.254.169.254", id="link-local, a cloud's metadata"),
        pytest.param("192.0.2.1", id="documentation"),
        pytest.param("198.18.0.1", id="benchmarks"),
        pytest.param("224.0.0.1", id="multicast"),
        pytest.param("255.255.255.255", id="broadcast"),
        pytest.param("::1", id="IPv6 loopback"),
        pytest.param("::", id="IPv6 this machine"),
        pytest.param("fe80::1", id="IPv6 link-local"),
        pytest.param("fe80::1%eth0", id="IPv6 link-local with its zone"),
        pytest.param("fc00::1", id="IPv6 unique local"),
        pytest.param("fec0::1", id="IPv6 site-local"),
        pytest.param("ff02::1", id="IPv6 multicast"),
        pytest.param("::ffff:127.0.0.1", id="loopback inside IPv6"),
        pytest.param("::ffff:10.0.0.1", id="private inside IPv6"),
        pytest.param("2002:7f00:1::", id="loopback through 6to4"),
        pytest.param("2001:0:7f00:1::1", id="Teredo"),
        pytest.param("64:ff9b::7f00:1", id="loopback through NAT64"),
        pytest.param("64:ff9b:1::a00:1", id="private through local NAT64"),
        pytest.param("2001:db8::1", id="IPv6 documentation"),
        pytest.param("no address", id="none"),
    ],
)
def test_address_that_is_not_public(address):
    assert not is_public(address)

"""What a password must be, and that checking one tells nothing."""

from __future__ import annotations

import pytest

from admin.passwords import PasswordProblem, Passwords, problem_of


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        pytest.param("mưa rơi trên núi đá", None, id="a sentence"),
        pytest.param("correct horse battery", None, id="English words"),
        pytest.param("ngan", PasswordProblem.SHORT, id="short"),
        pytest.param("x1" * 101, PasswordProblem.LONG, id="longer than is worth hashing"),
        pytest.param("huong.nt12345", PasswordProblem.PERSONAL, id="the login and a little more"),
        pytest.param("NguyenThiHuong1", PasswordProblem.PERSONAL, id="the name and a digit"),
        pytest.param("aaaaaaaaaaaaaa", PasswordProblem.COMMON, id="one letter"),
        pytest.param("matkhau123456789", PasswordProblem.COMMON, id="from everybody's list"),
    ],
)
def test_passwords_that_are_taken_and_not(password, problem):
    assert problem_of(password, login="huong.nt@caobang.gov.vn", name="Nguyen Thi Huong") == problem


async def test_only_the_right_password_of_an_account_that_has_one():
    passwords = Passwords()
    stored = await passwords.hash("mưa rơi trên núi đá")

    assert stored.startswith("$argon2id$")
    assert await passwords.is_right("mưa rơi trên núi đá", stored)
    assert not await passwords.is_right("mưa rơi trên núi", stored)
    assert not await passwords.is_right("nobody has this password", "")
    assert not await passwords.is_right("x", "no hash at all")

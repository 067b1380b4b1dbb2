"""``flask mail test ADDRESS`` sends at once, and says what became of it."""

import mailbox

import pytest


class TestServer:
    @pytest.fixture
    def settings(self, smtp):
        return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": smtp.port}

    def test_it_works(self, runner, smtp):
        result = runner.invoke(args=["mail", "test", "ana@example.com"])
        assert (result.exit_code, result.output) == (0, "Sent. 250 Message accepted for delivery\n")
        assert smtp.sink.messages[0]["Subject"].startswith("Test message from Office of Trade Relations, ")

    def test_it_says_what_the_server_answered(self, runner, smtp):
        smtp.sink.refusals["ana@example.com"] = "550 No such person here"
        result = runner.invoke(args=["mail", "test", "ana@example.com"])
        assert result.exit_code == 1
        assert "The message was not sent. 550 No such person here" in result.output

    def test_it_says_when_nobody_answers(self, runner, smtp):
        smtp.stop()
        result = runner.invoke(args=["mail", "test", "ana@example.com"])
        assert result.exit_code == 1
        assert "Connection refused" in result.output

    def test_a_wrong_address_is_named(self, runner, smtp):
        result = runner.invoke(args=["mail", "test", "ana"])
        assert result.exit_code == 1
        assert "'ana' is not an address" in result.output
        assert smtp.sink.messages == []


def test_without_a_server_it_becomes_a_file(runner, tmp_path):
    result = runner.invoke(args=["mail", "test", "ana@example.com"])
    assert result.exit_code == 0
    assert result.output.startswith("Sent. Written to the Maildir as ")
    assert len(mailbox.Maildir(tmp_path / "mail", create=False)) == 1

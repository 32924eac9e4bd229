"""The server answers: in French, and over both external APIs."""

import urllib.request
import xmlrpc.client

import pytest


def test_login_page_is_french(server):
    with urllib.request.urlopen(f"{server.url}/web/login") as page:
        text = page.read().decode()
    assert "Mot de passe" in text
    assert "Password" not in text


def test_databases_are_not_listed(server):
    with pytest.raises(xmlrpc.client.Fault, match="Access"):
        xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/db").list()


def test_xml_rpc_logs_in(rpc):
    client = rpc()
    assert client.uid
    assert client("res.company", "read", [1], ["country_code"])[0]["country_code"] == "FR"


def test_xml_rpc_refuses_a_wrong_password(rpc):
    client = rpc("admin", "wrong")
    assert not client.uid
    with pytest.raises(xmlrpc.client.Fault):
        client("res.company", "search_count", [])


def test_json2_answers(json2):
    companies = json2()("res.company", "read", ids=[1], fields=["country_code"])
    assert companies[0]["country_code"] == "FR"

"""A name of one's own: what AWS would be asked for, as far as MiniStack goes. It resolves no names."""

import re

import pytest

from specbound.compiler.artefact import artefact
from specbound.compiler.document import CONTRACT
from specbound.deploy import package
from specbound.local.cloud import variables
from specbound.local.deployment import Deployment, TerraformFailed
from specbound.local.emulator import emulator
from specbound.local.issuer import issuer

pytestmark = pytest.mark.slow

NAME = "api.example.com"


@pytest.fixture
def aws():
    with emulator() as running:
        yield running


@pytest.fixture
def settings(terraform, tmp_path):
    """What is deployed but for the domain: nothing here calls the function."""
    zip_file = tmp_path / "lambda.zip"
    package.stand_in(zip_file, artefact(CONTRACT))
    with issuer() as tokens:
        yield variables(tokens.url, zip_file)


def _zone(aws, **how):
    created = aws.sdk("route53").create_hosted_zone(Name="example.com", CallerReference=str(how), **how)
    return created["HostedZone"]["Id"].rpartition("/")[2]


def _records(aws, zone):
    """Those that are not the zone's own, by name without what ACM makes up."""
    found = aws.sdk("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {
        (re.sub(r"^_[^.]+\.", "_….", each["Name"]), each["Type"]) for each in found if each["Type"] not in ("NS", "SOA")
    }


def test_a_domain_in_a_zone_is_made_changed_to_and_taken_away_again(aws, settings, tmp_path):
    zone = _zone(aws)
    deployment, gateway = Deployment(tmp_path / "terraform", aws), aws.sdk("apigatewayv2")
    deployment.apply(settings)
    default = deployment.outputs()
    both = settings | {"domain": {"name": NAME, "zone_id": zone, "default_address": True}}
    own = settings | {"domain": {"name": NAME, "zone_id": zone}}

    deployment.apply(both)
    assert not gateway.get_api(ApiId=default["api_id"])["DisableExecuteApiEndpoint"]
    # Taking the default address away is a change of its own, and of nothing else.
    assert deployment.plan(own) == {"aws_apigatewayv2_api.this": ["update"]}
    deployment.apply(own)

    assert deployment.plan(own) == {}
    assert deployment.outputs()["url"] == f"https://{NAME}" != default["url"]
    assert gateway.get_api(ApiId=default["api_id"])["DisableExecuteApiEndpoint"]
    [mapping] = gateway.get_api_mappings(DomainName=NAME)["Items"]
    assert (mapping["ApiId"], mapping["Stage"], mapping["ApiMappingKey"]) == (default["api_id"], "$default", "")
    [served] = gateway.get_domain_name(DomainName=NAME)["DomainNameConfigurations"]
    [certificate] = aws.sdk("acm").list_certificates()["CertificateSummaryList"]
    assert (served["CertificateArn"], served["SecurityPolicy"]) == (certificate["CertificateArn"], "TLS_1_2")
    assert certificate["DomainName"] == NAME
    assert _records(aws, zone) == {(f"{NAME}.", "A"), (f"_….{NAME}.", "CNAME")}

    deployment.apply(settings)
    assert deployment.outputs()["url"] == default["url"]
    assert _records(aws, zone) == set()
    assert aws.sdk("acm").list_certificates()["CertificateSummaryList"] == gateway.get_domain_names()["Items"] == []


PRIVATE = {"HostedZoneConfig": {"PrivateZone": True}, "VPC": {"VPCRegion": "us-east-1", "VPCId": "vpc-12345678"}}


def test_a_zone_that_cannot_serve_is_refused_before_anything_is_made(aws, settings, tmp_path):
    deployment = Deployment(tmp_path / "terraform", aws)

    def refusal(name, zone):
        with pytest.raises(TerraformFailed) as failed:
            deployment.plan(settings | {"domain": {"name": name, "zone_id": zone}})
        return " ".join(re.sub("[╷│╵]", " ", str(failed.value)).split())

    zone, private = _zone(aws), _zone(aws, **PRIVATE)
    assert f"api.example.org is not in the zone {zone}, which is example.com." in refusal("api.example.org", zone)
    assert f"The zone {private} is private: neither callers nor the issuer" in refusal(NAME, private)

using System.Security.Cryptography.X509Certificates;
using System.Text;
using Reconciler.Runtime.Web.Certificates;

namespace Reconciler.Runtime.Tests.Web.Certificates;

public sealed class ServingCertificateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Hosts = ["hook.system.svc", "10.0.0.7"];

    [Fact]
    public void Semantics_41_What_is_issued_is_read_back_from_a_secret()
    {
        var issued = CertificateIssuer.Issue(Hosts, TimeSpan.FromDays(90), Now);
        var read = ServingCertificate.Read(issued.ToData(), out var problem);
        problem.ShouldBeNull();
        read!.Certificate.Thumbprint.ShouldBe(issued.Certificate.Thumbprint);
        read.Certificate.HasPrivateKey.ShouldBeTrue();
        read.Certificate.GetECDsaPublicKey()!.KeySize.ShouldBe(256);
        read.Authorities.ShouldHaveSingleItem().Subject.ShouldBe(read.Certificate.Issuer);
        (read.NotAfter, read.RenewAt).ShouldBe((Now.AddDays(90), read.NotBefore + ((read.NotAfter - read.NotBefore) * 2 / 3)));
        read.ToData()[ServingCertificate.PrivateKeyKey].ShouldBe(issued.ToData()[ServingCertificate.PrivateKeyKey]);
    }

    [Fact]
    public void Semantics_41_The_key_of_the_authority_is_kept_nowhere()
    {
        var data = CertificateIssuer.Issue(Hosts, TimeSpan.FromDays(90), Now).ToData();
        data.Keys.Order().ShouldBe(["ca.crt", "tls.crt", "tls.key"]);
        var text = string.Concat(data.Values.Select(Encoding.ASCII.GetString));
        text.Split("PRIVATE KEY-----").Length.ShouldBe(3, "one key: its first line and its last");
    }

    [Fact]
    public void Semantics_41_It_is_time_for_another_after_two_thirds_of_its_life_or_when_names_change()
    {
        var certificate = CertificateIssuer.Issue(Hosts, TimeSpan.FromDays(90), Now);
        certificate.ReasonToReplace(Hosts, Now).ShouldBeNull();
        certificate.ReasonToReplace(Hosts, Now.AddDays(59.9)).ShouldBeNull();
        certificate.ReasonToReplace(Hosts, Now.AddDays(60)).ShouldNotBeNull().ShouldContain("two thirds");
        certificate.ReasonToReplace(Hosts, Now.AddDays(90)).ShouldNotBeNull().ShouldContain("expired");
        certificate.ReasonToReplace(["hook.other.svc", .. Hosts], Now).ShouldBe("it is not for hook.other.svc");
        certificate.ReasonToReplace(["10.0.0.8"], Now).ShouldBe("it is not for 10.0.0.8");
    }

    [Theory]
    [InlineData("tls.crt", null, "tls.crt is missing")]
    [InlineData("tls.key", "", "tls.key is missing")]
    [InlineData("ca.crt", "no certificate at all", "ca.crt holds no certificate")]
    [InlineData("tls.crt", "no certificate at all", "can't be read")]
    [InlineData("tls.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "can't be read")]
    [InlineData("tls.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "can't be read")]
    public void Semantics_41_A_damaged_secret_is_told_from_a_good_one(string key, string? value, string says)
    {
        var data = new Dictionary<string, byte[]>(CertificateIssuer.Issue(Hosts, TimeSpan.FromDays(90), Now).ToData());
        if (value is null) data.Remove(key);
        else data[key] = Encoding.ASCII.GetBytes(value);
        ServingCertificate.Read(data, out var problem).ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(says);
    }

    [Theory]
    [InlineData("tls.key")]
    [InlineData("tls.crt")]
    [InlineData("ca.crt")]
    public void Semantics_41_Parts_that_do_not_belong_together_are_damage(string key)
    {
        var data = new Dictionary<string, byte[]>(CertificateIssuer.Issue(Hosts, TimeSpan.FromDays(90), Now).ToData())
        {
            [key] = CertificateIssuer.Issue(Hosts, TimeSpan.FromDays(90), Now).ToData()[key],
        };
        ServingCertificate.Read(data, out var problem).ShouldBeNull();
        problem.ShouldNotBeNull();
    }

    [Fact]
    public void Semantics_41_Nothing_at_all_is_named_as_that()
    {
        ServingCertificate.Read(null, out var problem).ShouldBeNull();
        problem.ShouldBe("tls.crt, tls.key, ca.crt are missing");
    }
}

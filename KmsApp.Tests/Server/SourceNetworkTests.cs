using System.Net;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Which addresses are counted together.</summary>
[TestClass]
public sealed class SourceNetworkTests
{
    [TestMethod]
    [DataRow("192.0.2.1", "192.0.2.1", true)]
    [DataRow("192.0.2.1", "::ffff:192.0.2.1", true)]
    [DataRow("192.0.2.1", "192.0.2.2", false)]
    [DataRow("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [DataRow("2001:db8::1", "2001:db8::ffff:0:0:2", true)]
    [DataRow("2001:db8::1", "2001:db8:0:1::1", false)]
    [DataRow("fe80::1%1", "fe80::1%2", true)]
    [DataRow("0.0.0.0", "::1", false)]
    public void Of_TwoAddresses_IsOneWhereTheyCountTogether(string one, string other, bool expected) =>
        Assert.AreEqual(expected, SourceNetwork.Of(IPAddress.Parse(one)) == SourceNetwork.Of(IPAddress.Parse(other)));

    [TestMethod]
    public void Of_AnyAddress_AllocatesNothing()
    {
        IPAddress address = IPAddress.Parse("2001:db8::1");
        SourceNetwork first = SourceNetwork.Of(address);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++) first = SourceNetwork.Of(address);

        Assert.IsLessThan(1_000, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.IsFalse(first.IsIPv4);
    }
}

using System.Net;
using DnsServerCore.ApplicationCommon;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp.Tests;

/// <summary>The hooks, on queries that are not ours.</summary>
[TestClass]
public sealed class AppTests
{
    private const int Calls = 1000;

    private static readonly IPEndPoint Client = new(IPAddress.Loopback, 5353);

    [TestMethod]
    public async Task Hooks_OrdinaryQuery_LeaveItAlone()
    {
        using var app = new App();
        DnsDatagram request = Query(isResponse: false);
        DnsDatagram response = Query(isResponse: true);

        Assert.AreEqual(DnsRequestControllerAction.Allow, await app.GetRequestActionAsync(request, Client, DnsTransportProtocol.Udp));
        Assert.IsNull(await app.ProcessRequestAsync(request, Client, DnsTransportProtocol.Udp, isRecursionAllowed: false));
        Assert.AreSame(response, await app.PostProcessAsync(request, Client, DnsTransportProtocol.Udp, response));
        Assert.IsNull(request.Tag);
        Assert.IsNull(response.Tag);
    }

    [TestMethod]
    public void ControllerAndHandler_OrdinaryQuery_AllocateNothing()
    {
        using var app = new App();
        DnsDatagram request = Query(isResponse: false);
        Call(app, request);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++)
        {
            Call(app, request);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Call(App app, DnsDatagram request)
    {
        _ = app.GetRequestActionAsync(request, Client, DnsTransportProtocol.Udp).IsCompletedSuccessfully;
        _ = app.ProcessRequestAsync(request, Client, DnsTransportProtocol.Udp, isRecursionAllowed: false).IsCompletedSuccessfully;
    }

    private static DnsDatagram Query(bool isResponse)
        => new(
            7,
            isResponse,
            DnsOpcode.StandardQuery,
            false,
            false,
            false,
            false,
            false,
            false,
            DnsResponseCode.NoError,
            [new DnsQuestionRecord("host-b.c.a.xx", DnsResourceRecordType.TXT, DnsClass.IN)],
            udpPayloadSize: 1232);
}

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
    [DataRow(true)]
    [DataRow(false)]
    public async Task ControllerAndHandler_OrdinaryQuery_AllocateNothing(bool isEnabled)
    {
        using RunningApp running = new();
        if (isEnabled) await running.StartAsync();
        App app = (App)running.App;
        DnsDatagram request = Query(isResponse: false);

        Assert.AreEqual(0, Allocated(() => Call(app, request)));
    }

    [TestMethod]
    public async Task PostProcessor_OrdinaryQuery_AllocatesItsTaskAlone()
    {
        using RunningApp running = new();
        await running.StartAsync();
        App app = (App)running.App;
        DnsDatagram request = Query(isResponse: false), response = Query(isResponse: true);
        long task = Allocated(() => _ = Task.FromResult<DnsDatagram?>(response).IsCompletedSuccessfully);

        long allocated = Allocated(() => _ = app.PostProcessAsync(request, Client, DnsTransportProtocol.Udp, response).IsCompletedSuccessfully);

        Assert.IsGreaterThan(0, task);
        Assert.AreEqual(task, allocated);
    }

    [TestMethod]
    public async Task Controller_TxtRecordInTheAdditionalSection_IsNoticedByTheMeasure()
    {
        using RunningApp running = new();
        await running.StartAsync();
        App app = (App)running.App;
        DnsDatagram request = RunningApp.Request(running.Inquire(), isResponse: false, type: DnsResourceRecordType.A);

        Assert.IsGreaterThan(0, Allocated(() => Call(app, request)), "The measure sees nothing.");
    }

    private static long Allocated(Action call)
    {
        call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++)
        {
            call();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
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

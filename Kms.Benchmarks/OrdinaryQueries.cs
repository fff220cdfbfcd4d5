using System.Net;
using BenchmarkDotNet.Attributes;
using DnsServerCore.ApplicationCommon;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace Kms.Benchmarks;

/// <summary>
/// A query without the identifier on its way through the enabled app. Controller and handler allocate nothing; the
/// post-processor the one Task that its signature demands.
/// </summary>
[MemoryDiagnoser]
public class OrdinaryQueries : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kms-benchmarks").FullName;
    private readonly IPEndPoint _source = new(IPAddress.Parse("192.0.2.10"), 5353);
    private readonly KmsApp.App _app = new();
    private readonly DnsDatagram _query = Query([]);
    private readonly DnsDatagram _withText = Query(
        [new DnsResourceRecord("www.b.a.xx", DnsResourceRecordType.TXT, DnsClass.IN, 0, new DnsTXTRecordData("v=spf1 -all"))]);

    [GlobalSetup]
    public async Task EnableAsync()
    {
        const string Config = """{ "enableKms": true, "name": "kms1.b.a.xx", "domain": "b.a.xx" }""";
        await _app.InitializeAsync(new SilentDnsServer(_folder), Config);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _app.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public Task<DnsRequestControllerAction> Controller() => _app.GetRequestActionAsync(_query, _source, DnsTransportProtocol.Udp);

    [Benchmark]
    public Task<DnsDatagram?> Handler() => _app.ProcessRequestAsync(_query, _source, DnsTransportProtocol.Udp, isRecursionAllowed: false);

    [Benchmark]
    public Task<DnsDatagram?> PostProcessor() => _app.PostProcessAsync(_query, _source, DnsTransportProtocol.Udp, _query);

    [Benchmark(Description = "Controller, an ordinary TXT record beside")]
    public Task<DnsRequestControllerAction> ControllerWithText() => _app.GetRequestActionAsync(_withText, _source, DnsTransportProtocol.Udp);

    private static DnsDatagram Query(IReadOnlyList<DnsResourceRecord> additional) => new(
        1, isResponse: false, DnsOpcode.StandardQuery, authoritativeAnswer: false, truncation: false, recursionDesired: true, recursionAvailable: false,
        authenticData: false, checkingDisabled: false, DnsResponseCode.NoError,
        [new DnsQuestionRecord("www.b.a.xx", DnsResourceRecordType.A, DnsClass.IN)], additional: additional, udpPayloadSize: 1232);
}

using System.Net;
using System.Text.Json.Nodes;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A hierarchy of KMSs that runs on loopback: for each a DNS server with the app from the zip, and hosts that ask.</summary>
internal sealed class Hierarchy : IAsyncDisposable
{
    /// <summary>How long attestations count.</summary>
    public static readonly TimeSpan AttestationLifetime = TimeSpan.FromHours(1);

    /// <summary>So many times as long as usual everybody waits where nothing is about waiting: on a machine that has other things to do, answers take seconds.</summary>
    public const int Patient = 6;

    /// <summary>After so long nothing of what was asked before is remembered anywhere.</summary>
    public static readonly TimeSpan UntilAllIsForgotten = TimeSpan.FromHours(2);

    private const int WarmUps = 4;

    private readonly List<KmsNode> _nodes = [];

    private readonly JsonObject? _limits;
    private readonly TimeSpan _lifetime;

    private Hierarchy(HierarchyPlan plan, SealKind authentication, JsonObject? limits, TimeSpan lifetime, int patience)
    {
        (Plan, Authentication, _limits, _lifetime, Time) = (plan, authentication, limits, lifetime, new ShiftedTime(patience));
        Tap = new Tap { IsOn = limits is null };
        Folder = Directory.CreateTempSubdirectory("Kms.Lab.").FullName;
        // The last one is for the server without the app.
        BoundSockets[] sockets = BoundSockets.BindSet(plan.Kmss.Count + 1);
        for (int i = 0; i < plan.Kmss.Count; i++) _nodes.Add(Add(plan.Kmss[i], sockets[i]));
        (Top, KmsOfA, KmsOfB) = (Find(plan.Top.Name), Find(plan.KmsOfA), Find(plan.KmsOfB));
        Plain = new LabServer("without the app", sockets[^1], KmsOfA.Server.Zones, new Tap());
        (A, Neighbour, B, AtTop) = (Host(plan.HostA, KmsOfA), Host(plan.Neighbour, KmsOfA), Host(plan.HostB, KmsOfB), Host(plan.HostAtTop, Top));
    }

    /// <summary>The zip that is built beside this program.</summary>
    public static string Zip => Path.Combine(AppContext.BaseDirectory, "KmsApp.zip");

    public HierarchyPlan Plan { get; }

    /// <summary>How KMSs and hosts authenticate to each other.</summary>
    public SealKind Authentication { get; }

    /// <summary>The clock of everybody in it.</summary>
    public ShiftedTime Time { get; }

    /// <summary>Every packet that the KMSs' servers receive.</summary>
    public Tap Tap { get; }

    /// <summary>Where everything lies that is a file; gone after <see cref="DisposeAsync"/>.</summary>
    public string Folder { get; }

    public IReadOnlyList<KmsNode> Nodes => _nodes;

    /// <summary>The KMS at the top, the trust anchor of Fig. 8.</summary>
    public KmsNode Top { get; }

    public KmsNode KmsOfA { get; }

    public KmsNode KmsOfB { get; }

    /// <summary>The host that asks.</summary>
    public LabHost A { get; }

    /// <summary>Another host in the domain of A.</summary>
    public LabHost Neighbour { get; }

    /// <summary>The host whose key is asked for.</summary>
    public LabHost B { get; }

    /// <summary>A host in the top domain.</summary>
    public LabHost AtTop { get; }

    public IReadOnlyList<LabHost> Hosts => [A, Neighbour, B, AtTop];

    /// <summary>A server with the zones of A's KMS and without the app.</summary>
    public LabServer Plain { get; }

    /// <summary>Starts a hierarchy.</summary>
    /// <param name="plan">Its shape.</param>
    /// <param name="authentication">How KMSs and hosts authenticate to each other.</param>
    /// <param name="warm">
    /// Whether some inquiries run through it first, so that what is measured later is a running server. That moves its clocks.
    /// </param>
    /// <param name="limits">
    /// Other limits than the default ones, for one that is put under load: then packets are not kept, either. Null: the default.
    /// </param>
    /// <param name="lifetime">How long attestations count; null: <see cref="AttestationLifetime"/>.</param>
    /// <param name="patience">How many times as long as usual everybody waits for everybody.</param>
    public static async Task<Hierarchy> StartAsync(
        HierarchyPlan plan, SealKind authentication, bool warm = true, JsonObject? limits = null, TimeSpan? lifetime = null, int patience = 1)
    {
        Hierarchy hierarchy = new(plan, authentication, limits, lifetime ?? AttestationLifetime, patience);
        try
        {
            await Task.WhenAll(hierarchy._nodes.Select(hierarchy.InstallAsync));
            foreach (KmsNode node in hierarchy._nodes) node.Server.Start();
            hierarchy.Plain.Start();
            if (warm) await hierarchy.WarmUpAsync();
            return hierarchy;
        }
        catch
        {
            await hierarchy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whoever has a name in this hierarchy, or null.</summary>
    public Party? PartyOf(DomainName name) => _nodes.Concat<Party>(Hosts).FirstOrDefault(party => party.Name == name);

    /// <summary>Whether two KMSs are neighbours, or a host and its KMS are meant: those who can use MACs.</summary>
    public static bool AreNeighbours(Party one, Party other) => (one, other) switch
    {
        (KmsNode a, KmsNode b) => a.Upper == b || b.Upper == a,
        (LabHost a, KmsNode b) => a.Kms == b,
        (KmsNode a, LabHost b) => b.Kms == a,
        _ => false,
    };

    /// <summary>Tells the KMS of host A that its upper KMS is elsewhere.</summary>
    /// <param name="address">Where; null: where it is.</param>
    public Task MoveUpperOfAAsync(IPEndPoint? address)
    {
        JsonNode configuration = JsonNode.Parse(AppConfiguration.Of(KmsOfA, _nodes, Authentication, _lifetime, _limits))!;
        if (address is not null) configuration["upper"]!["addresses"] = new JsonArray(address.ToString());
        return KmsOfA.Server.ConfigureAsync(configuration.ToJsonString());
    }

    /// <summary>Moves all clocks so far that everything is asked anew.</summary>
    public void Forget() => Time.Advance(UntilAllIsForgotten);

    public async ValueTask DisposeAsync()
    {
        await Plain.DisposeAsync();
        foreach (KmsNode node in _nodes)
        {
            await node.Server.DisposeAsync();
            node.Dispose();
        }
        foreach (LabHost host in Hosts) host.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private KmsNode Find(DomainName name) => _nodes.Single(node => node.Name == name);

    private KmsNode Add(PlannedKms kms, BoundSockets sockets)
    {
        string domain = kms.Domain.Value;
        Zone zone = new(domain);
        zone.AddA("www." + domain, "192.0.2.80").AddA("www." + domain, "192.0.2.81").AddMx(domain, 10, "mail." + domain)
            .AddA("mail." + domain, "192.0.2.25").AddTxt(domain, "v=spf1 mx -all").AddTxt("long." + domain, new string('x', 1500));
        return new KmsNode(
            kms.Name, kms.Domain, kms.Upper is { } upper ? Find(upper) : null, new LabServer(kms.Name.Value, sockets, new Zones(zone), Tap), zone);
    }

    private LabHost Host(DomainName name, KmsNode kms)
    {
        LabHost host = new(name, kms, Authentication, Time);
        host.Publish();
        LabHostFolder.Write(Folder, host, Top);
        return host;
    }

    private Task InstallAsync(KmsNode node) => node.Server.InstallAsync(
        Zip, KmsNode.AppFolderIn(Folder, node.Name.Value), folder => KeyFiles.Write(Path.Combine(folder, KeyFiles.OfKms), node),
        AppConfiguration.Of(node, _nodes, Authentication, _lifetime, _limits), Time);

    private async Task WarmUpAsync()
    {
        for (int i = 0; i < WarmUps; i++)
        {
            await A.NewClient(Top).GetKeyAsync(B.Name, Use.Identity);
            await AtTop.NewClient(Top).GetKeyAsync(A.Name, Use.Identity);
            Forget();
        }
    }
}

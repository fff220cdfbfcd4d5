using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using DnsServerCore.ApplicationCommon;
using Kms.Lab;
using TechnitiumLibrary.Net.Dns;

namespace KmsApp.Tests;

/// <summary>The zip in a context like the host's.</summary>
[TestClass]
public sealed class AppLoadTests
{
    private const int MaximumCollections = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenCollections = TimeSpan.FromMilliseconds(50);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Load_ExportedTypes_AreTheAppAlone()
    {
        using var app = new InstalledApp();
        using var host = new LoadedApp(app);

        Assert.HasCount(1, host.Assembly.GetExportedTypes());
        Assert.AreEqual("KmsApp.App", host.Assembly.GetExportedTypes()[0].FullName);
        Assert.IsNotInstanceOfType<App>(host.Make(), "That is the test's own copy.");
    }

    /// <summary>
    /// The host unloads an app that is updated while its threads go on; with a static of a thread in one, the platform has ended the
    /// whole process then (dotnet/runtime 102797, 111257; seen here with 10.0.12).
    /// </summary>
    [TestMethod]
    public void Assemblies_InTheHost_HaveNoStaticsOfThreads()
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        FieldInfo[] fields = [.. new[] { typeof(App), typeof(Kms.Server.KeyServer), typeof(Kms.Protocol.MessageText) }.SelectMany(type => type.Assembly.GetTypes()).SelectMany(type => type.GetFields(All))];

        Assert.IsGreaterThan(100, fields.Length);
        Assert.IsEmpty(fields.Where(field => field.IsDefined(typeof(ThreadStaticAttribute)) || (field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() == typeof(ThreadLocal<>))));
    }

    [TestMethod]
    public void Load_DepsJsonMissing_LoadsNothing()
    {
        using var app = new InstalledApp();
        File.Delete(app.FileOf("KmsApp.deps.json"));
        var context = new AppLoadContext(app.Folder);

        Assert.IsEmpty(context.Assemblies);
        context.Unload();
    }

    [TestMethod]
    [DataRow("Kms.Protocol")]
    [DataRow("Kms.Server")]
    [DataRow("Newtonsoft.Json")]
    public void Load_BundledAssembly_IsTheZipsAndNotTheHosts(string name)
    {
        Assembly hosts = AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name));
        using var app = new InstalledApp();
        using var host = new LoadedApp(app);
        Assert.IsFalse(host.Context.Assemblies.Any(assembly => assembly.GetName().Name == name), "Loaded before any code of the app ran.");

        host.Make();

        Assembly bundled = host.Context.LoadFromAssemblyName(hosts.GetName());
        Assert.AreNotSame(hosts, bundled);
        Assert.AreSame(host.Context, AssemblyLoadContext.GetLoadContext(bundled));
        Assert.AreEqual("", bundled.Location);
    }

    [TestMethod]
    [DataRow("DnsServerCore.ApplicationCommon")]
    [DataRow("TechnitiumLibrary.Net")]
    public void Load_ContractAssembly_IsTheHosts(string name)
    {
        using var app = new InstalledApp();
        using var host = new LoadedApp(app);
        host.Make();

        Assembly contract = host.Context.LoadFromAssemblyName(new AssemblyName(name));

        Assert.AreSame(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(contract));
    }

    [TestMethod]
    public async Task InitializeAsync_ShippedConfig_LeavesNoWordInTheLog()
    {
        using var app = new InstalledApp();
        using var host = new LoadedApp(app);
        var server = new StubDnsServer { ApplicationFolder = app.Folder };
        IDnsApplication kms = host.Make();

        await kms.InitializeAsync(server, await File.ReadAllTextAsync(app.FileOf("dnsApp.config")));

        Assert.IsEmpty(server.Log);
        Assert.AreEqual(5, ((IDnsApplicationPreference)kms).Preference);
        Assert.IsInstanceOfType<IDnsRequestController>(kms);
        Assert.IsInstanceOfType<IDnsAuthoritativeRequestHandler>(kms);
        Assert.IsInstanceOfType<IDnsPostProcessor>(kms);
        Assert.IsInstanceOfType<IDnsQueryLogs>(kms);
        Assert.HasCount(4, Directory.GetFileSystemEntries(app.Folder), "Made nothing while it is off.");
    }

    [TestMethod]
    public void Load_WhileInUse_NoFileOfTheFolderIsMapped()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("Only Linux shows what is mapped.");
        }

        using var app = new InstalledApp();
        using var host = new LoadedApp(app);
        Initialize(host.Make(), app);

        Assert.DoesNotContain(app.Folder, File.ReadAllText("/proc/self/maps"));
        Assert.Contains("System.Private.CoreLib", File.ReadAllText("/proc/self/maps"), "The check sees nothing.");
    }

    [TestMethod]
    public async Task Unload_AfterUseAndDispose_IsCollected()
    {
        using var app = new InstalledApp();

        WeakReference context = UseAndUnload(app, keep: false, out _);

        Assert.IsTrue(await IsCollectedAsync(context));
    }

    [TestMethod]
    public async Task Unload_AppStillHeld_IsNotCollected()
    {
        using var app = new InstalledApp();

        WeakReference context = UseAndUnload(app, keep: true, out IDnsApplication? held);

        Assert.IsFalse(await IsCollectedAsync(context, collections: 5), "The check cannot fail.");
        GC.KeepAlive(held);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Unload_ServedAndExchangeUnderWay_IsCollected(bool hasListener)
    {
        int heard = 0;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "KmsApp") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.Increment(ref heard));
        if (hasListener) listener.Start();
        using var app = new InstalledApp();
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        VirtualTime time = new(); // stands still: the exchange is not given up

        WeakReference context = await Task.Run(() => ServeAndUnloadAsync(app, silent, time));

        Assert.IsTrue(await IsCollectedAsync(context));
        Assert.AreEqual(hasListener, Volatile.Read(ref heard) > 0);
        Assert.AreEqual(0, time.ArmedTimers);
    }

    [TestMethod]
    public async Task Unload_WhileItWaitsForItsKey_IsCollected()
    {
        using var app = new InstalledApp();

        WeakReference context = await Task.Run(() => IdleAndUnloadAsync(app));

        Assert.IsTrue(await IsCollectedAsync(context));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> IdleAndUnloadAsync(InstalledApp app)
    {
        using var host = new LoadedApp(app);
        using (RunningApp running = new(app: host.Make()))
        {
            await running.StartAsync();
            File.Delete(running.KeyFile);
            await running.StartAsync();
            Assert.IsFalse(await running.ServesAsync());
            running.App.Dispose();
        }
        return new WeakReference(host.Context);
    }

    /// <summary>Serves over the hooks, sends to a neighbour that is silent, and is unloaded while that exchange is under way.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference> ServeAndUnloadAsync(InstalledApp app, Socket silent, VirtualTime time)
    {
        using var host = new LoadedApp(app);
        using (RunningApp running = new(time, host.Make()))
        {
            await running.StartAsync($$"""
                , "upper": { "name": "kms0.a.xx", "addresses": ["{{silent.LocalEndPoint}}"] }
                """);
            Assert.IsTrue(await running.ServesAsync());
            Task<DnsDatagram?> pending = running.PassAsync(RunningApp.Request(running.Inquire("host-b.c.a.xx", "kms00.xx")));
            Assert.IsGreaterThan(0, await silent.ReceiveAsync(new byte[4096], TestContext.CancellationToken).AsTask().WaitAsync(Patience), "No exchange is under way.");
            running.App.Dispose();
            Assert.AreEqual(DnsResponseCode.ServerFailure, (await pending)!.RCODE);
        }
        return new WeakReference(host.Context);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseAndUnload(InstalledApp app, bool keep, out IDnsApplication? held)
    {
        using var host = new LoadedApp(app);
        IDnsApplication kms = host.Make();
        Initialize(kms, app);
        Initialize(kms, app);
        kms.Dispose();
        held = keep ? kms : null;
        return new WeakReference(host.Context);
    }

    private static void Initialize(IDnsApplication kms, InstalledApp app)
        => kms.InitializeAsync(new StubDnsServer { ApplicationFolder = app.Folder }, File.ReadAllText(app.FileOf("dnsApp.config"))).Wait();

    private async Task<bool> IsCollectedAsync(WeakReference context, int collections = MaximumCollections)
    {
        for (int i = 0; i < collections && context.IsAlive; i++)
        {
            if (i > 0) await Task.Delay(BetweenCollections, TestContext.CancellationToken); // what was cancelled ends on other threads
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return !context.IsAlive;
    }
}

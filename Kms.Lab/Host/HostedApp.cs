using System.IO.Compression;
using DnsServerCore.ApplicationCommon;

namespace Kms.Lab;

/// <summary>An app from its zip, installed into a folder and loaded into a context of its own.</summary>
internal sealed class HostedApp : IDisposable
{
    private readonly AppLoadContext _context;
    private readonly IDnsApplication _app;

    private HostedApp(string folder)
    {
        _context = new AppLoadContext(folder);
        // Read before any code of the app has run, as the host does.
        Type[] types = [.. _context.Assemblies.SelectMany(assembly => assembly.ExportedTypes).Where(type => type.IsAssignableTo(typeof(IDnsApplication)))];
        if (types is not [Type type])
            throw new InvalidOperationException($"The zip has {types.Length} classes that are apps, and this server takes one.");
        _app = (IDnsApplication)Activator.CreateInstance(type)!;
    }

    public IDnsRequestController? Controller => _app as IDnsRequestController;

    public IDnsAuthoritativeRequestHandler? Handler => _app as IDnsAuthoritativeRequestHandler;

    public IDnsPostProcessor? PostProcessor => _app as IDnsPostProcessor;

    /// <summary>The context, for who wants to see it collected.</summary>
    public WeakReference Context => new(_context);

    /// <summary>Unpacks and loads an app.</summary>
    public static HostedApp Install(string zip, string folder)
    {
        ZipFile.ExtractToDirectory(zip, folder);
        return new HostedApp(folder);
    }

    /// <summary>Configures the app, the first time or again while it serves.</summary>
    public Task InitializeAsync(IDnsServer server, string configuration) => _app.InitializeAsync(server, configuration);

    public void Dispose()
    {
        _app.Dispose();
        _context.Unload();
    }
}

namespace Attar.Evaluation.Report;

/// <summary>What every page has around its text: no script, nothing loaded from elsewhere, one look.</summary>
static class Page
{
    public static Html Of(string title, Html body) => Html.Of($"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>
        <style>{Html.Trusted(ReportStyle.Css)}</style></head><body><main>
        {body}
        </main></body></html>

        """);

    public static void Write(string path, Html page) => AtomicFile.WriteText(path, writer => writer.Write(page.ToString()));
}

using static Attar.Data.Shop.Slots;

namespace Attar.Data.Shop;

/// <summary>What the tools, electronics and sports departments sell.</summary>
static class GoodsGrammar
{
    static readonly Slot blade = Inches("blade", 6.5, 7.25, 10), screen = Inches("screen", 11, 13, 14, 15.6, 17), shoeSize = Measure("size", [7, 8, 9, 10, 11, 12], "US", ["Size {0}", "US {0}"], ["size {0}", "sz {0}"]);

    public static readonly Department
        Tools = new("Tools", ["Ferrodyne", "Boltmark", "Ironvale", "Torquen", "Makkard", "Drillux", "Hammerlin", "Steadrick"],
        [
            new("drill", ["drill driver", "power drill"], "power tool", [Volts, Power, Words("chuck", "1/2 inch chuck", "3/8 inch chuck")], HasLines: true),
            new("impact driver", ["impact screwdriver"], "power tool", [Volts, Power], HasLines: true),
            new("circular saw", ["skill saw", "buzz saw"], "saw", [Volts, Power, blade]),
            new("jigsaw", ["saber saw"], "saw", [Volts, Power]),
            new("hand saw", ["panel saw"], "saw", [Inches("length", 12, 15, 20), Words("teeth", "fine tooth", "coarse tooth")]),
            new("sander", ["orbital sander", "sanding machine"], "power tool", [Volts, Power]),
            new("drill bit set", ["drill bits", "twist bits"], "tool accessory", [Pieces, Words("material", "titanium", "cobalt", "carbide")], For: "drill"),
            new("tool battery", ["battery pack", "replacement battery"], "tool accessory", [Volts, Count("charge", "ah", 2, 4, 6)], For: "drill"),
            new("saw blade", ["cutting disc"], "tool accessory", [blade, Count("teeth", "tooth", 24, 40, 60)], For: "circular saw"),
            new("sandpaper", ["sanding sheets", "abrasive paper"], "tool accessory", [Count("grit", "grit", 60, 120, 220), Pack], For: "sander"),
            new("hammer", ["claw hammer"], "hand tools", [Ounces(12, 16, 20), Words("handle", "hickory", "fiberglass", "steel")]),
            new("wrench", ["spanner"], "hand tools", [Words("kind", "adjustable", "combination", "torque", "pipe"), Inches("size", 6, 8, 10, 12)]),
            new("screwdriver set", ["screw drivers"], "hand tools", [Pieces, Words("tips", "phillips|cross head", "torx|star", "flat head|slotted")]),
            new("tape measure", ["measuring tape"], "measuring", [Feet("length", 12, 16, 25, 30)]),
            new("spirit level", ["bubble level"], "measuring", [Inches("length", 9, 24, 48)]),
        ]),
        Electronics = new("Electronics", ["Kolvra", "Zentrix", "Aurion", "Pixelar", "Neovance", "Sonique", "Hexatel", "Voltano", "Mirado"],
        [
            new("phone", ["smartphone", "cell phone", "mobile"], "handheld", [Storage, Color], HasLines: true),
            new("tablet", ["slate", "touch pad computer"], "handheld", [Storage, screen, Color], HasLines: true),
            new("laptop", ["notebook", "portable computer"], "computer", [screen, Storage, Count("memory", "gb ram", 8, 16, 32)], HasLines: true),
            new("phone case", ["phone cover", "mobile case"], "device protection", [Color, Words("material", "silicone|rubber", "leather", "clear|transparent")], For: "phone"),
            new("screen protector", ["tempered glass", "screen guard"], "device protection", [Pack, Words("kind", "matte|anti glare", "privacy", "crystal clear")], For: "phone"),
            new("tablet case", ["tablet folio", "tablet cover"], "device protection", [Color, screen], For: "tablet"),
            new("laptop bag", ["laptop sleeve", "notebook case"], "device protection", [screen, Color], For: "laptop"),
            new("charger", ["power adapter", "charging brick"], "power supply", [Watts(20, 45, 65, 100), Words("plug", "usb c|type c", "micro usb", "magnetic")], For: "laptop"),
            new("charging cable", ["usb cord", "charger cable"], "power supply", [Feet("length", 3, 6, 10), Words("plug", "usb c|type c", "micro usb", "lightning")], For: "phone"),
            new("headphones", ["headset", "earphones"], "audio", [Wireless, Color, Words("fit", "over ear", "on ear", "in ear|earbud")], HasLines: true),
            new("ear pads", ["ear cushions"], "audio parts", [Color, Words("material", "leather", "velour", "foam")], For: "headphones"),
            new("speaker", ["sound box", "boombox"], "audio", [Wireless, Color, Watts(10, 20, 40, 100)]),
            new("soundbar", ["tv speaker", "sound bar"], "audio", [Wireless, Count("channels", "channel", 2.1, 3.1, 5.1)]),
            new("tv", ["television", "flat screen"], "display", [Inches("screen", 32, 43, 55, 65, 75), Resolution], HasLines: true),
            new("monitor", ["computer screen", "pc display"], "display", [Inches("screen", 24, 27, 32), Resolution]),
            new("tv mount", ["tv bracket", "wall mount"], "display parts", [Inches("screen", 32, 43, 55, 65, 75), Words("motion", "fixed", "tilting", "full motion|swivel")], For: "tv"),
        ]),
        Sports = new("Sports & Clothing", ["Stridely", "Peakmont", "Voltera", "Trailwyn", "Aerobix", "Cascadia Gear", "Runova", "Summitra"],
        [
            new("sneakers", ["trainers", "running shoes", "tennis shoes"], "shoes", [Gender, shoeSize, Color]),
            new("hiking boots", ["trekking boots", "trail boots"], "shoes", [Gender, shoeSize, Color]),
            new("sandals", ["flip flops"], "shoes", [Gender, shoeSize, Color]),
            new("shoelaces", ["boot laces", "shoe strings"], "shoe care", [Inches("length", 36, 45, 54), Color], For: "sneakers"),
            new("insoles", ["shoe inserts"], "shoe care", [Gender, shoeSize], For: "hiking boots"),
            new("jacket", ["windbreaker", "coat"], "clothing", [Gender, Clothing, Color]),
            new("hoodie", ["hooded sweatshirt", "pullover"], "clothing", [Gender, Clothing, Color]),
            new("t-shirt", ["tee", "tee shirt"], "clothing", [Gender, Clothing, Color]),
            new("backpack", ["rucksack", "knapsack"], "bag", [Liters(20, 30, 50, 65), Color]),
            new("duffel bag", ["gym bag", "holdall"], "bag", [Liters(20, 30, 50, 65), Color]),
            new("water bottle", ["drinking flask", "canteen"], "hydration", [Ounces(20, 32, 40), Words("material", "stainless steel|inox", "glass", "plastic|tritan"), Color]),
            new("yoga mat", ["exercise mat", "pilates mat"], "fitness", [Measure("thickness", [4, 6, 10], "mm", ["{0}mm", "{0} mm"], ["{0}mm", "{0} mm"]), Color]),
            new("dumbbell", ["hand weight", "free weight"], "fitness", [Measure("weight", [5, 10, 20, 35], "lb", ["{0} lb.", "{0}-Pound"], ["{0} lb", "{0} pound", "{0}lb"]), Pack]),
            new("bicycle", ["bike", "cycle"], "cycling", [Words("kind", "mountain|mtb", "road", "electric|e-bike", "folding"), Inches("wheel", 20, 24, 26, 29), Color], HasLines: true),
            new("bike pump", ["tire pump", "tyre inflator"], "cycling accessory", [Words("kind", "floor", "mini|portable", "electric")], For: "bicycle"),
            new("bike lock", ["cycle lock"], "cycling accessory", [Words("kind", "chain", "cable", "u-lock|d-lock"), Feet("length", 3, 4, 6)], For: "bicycle"),
            new("tent", ["camping shelter"], "camping", [Count("sleeps", "person", 2, 4, 6, 8), Color]),
            new("sleeping bag", ["camping bed roll"], "camping", [Words("season", "summer|lightweight", "3 season", "winter|cold weather"), Color]),
            new("tent stakes", ["tent pegs"], "camping parts", [Pack, Words("material", "aluminum|aluminium", "steel", "plastic")], For: "tent"),
        ]);
}
